"""The three faces, and the sign-in of staff."""

from django.urls import include, path

urlpatterns = [
    path("", include("jiangli.public.urls")),
    path("looks/", include("jiangli.looks.urls")),
    path("staff/account/", include("jiangli.staff.signin")),
    path("staff/", include("jiangli.staff.urls")),
]
