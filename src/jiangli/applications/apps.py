from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    name = "jiangli.applications"
    label = "applications"
