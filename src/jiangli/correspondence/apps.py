from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "jiangli.correspondence"
    label = "correspondence"
