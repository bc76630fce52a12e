from django.urls import path

from . import views

app_name = "looks"
urlpatterns = [
    path("large", views.large, name="large"),
    path("language", views.language, name="language"),
    path("gallery", views.gallery, name="gallery"),
    path("gallery/staff", views.gallery_staff, name="gallery-staff"),
    path("gallery/print", views.gallery_print, name="gallery-print"),
]
