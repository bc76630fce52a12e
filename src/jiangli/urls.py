"""The three faces, and the sign-in of staff."""

from django.urls import include, path

urlpatterns = [
    path("", include("jiangli.public.urls")),
    path("looks/", include("jiangli.looks.urls")),
    path("staff/account/", include("jiangli.staff.signin")),
    path("staff/", include("jiangli.staff.urls")),
]

handler403 = "jiangli.public.views.errors.forbidden"
handler404 = "jiangli.public.views.errors.not_found"
handler500 = "jiangli.public.views.errors.broken"
