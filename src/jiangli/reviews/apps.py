from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "jiangli.reviews"
    label = "reviews"
