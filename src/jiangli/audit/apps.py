from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "jiangli.audit"
    label = "audit"
