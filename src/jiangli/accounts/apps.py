from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "jiangli.accounts"
    label = "accounts"
