from django.apps import AppConfig


class LooksConfig(AppConfig):
    """How every page looks: templates, fields, states, the style sheet. Knows no room."""

    name = "jiangli.looks"
    label = "looks"
