from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "jiangli.public"
    label = "public"
