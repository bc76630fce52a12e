from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "jiangli.staff"
    label = "staff"
