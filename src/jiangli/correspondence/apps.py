from django.apps import AppConfig


class CorrespondenceConfig(AppConfig):
    name = "jiangli.correspondence"
    label = "correspondence"

    def ready(self) -> None:
        from django.core.checks import register

        from jiangli.correspondence.checks import carrier_is_right

        register(carrier_is_right)
