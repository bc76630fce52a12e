from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "jiangli.payments"
    label = "payments"
