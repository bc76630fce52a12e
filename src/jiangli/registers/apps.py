from django.apps import AppConfig


class RegistersConfig(AppConfig):
    name = "jiangli.registers"
    label = "registers"
