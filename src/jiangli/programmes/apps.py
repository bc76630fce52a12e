from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "jiangli.programmes"
    label = "programmes"
