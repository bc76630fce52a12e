"""The three faces, the sign-in of staff, and the door of the SMS carrier."""

from django.urls import include, path

urlpatterns = [
    path("", include("jiangli.public.urls")),
    path("looks/", include("jiangli.looks.urls")),
    path("staff/account/", include("jiangli.staff.signin")),
    path("staff/", include("jiangli.staff.urls")),
    path("messages/receipts", include("jiangli.correspondence.urls")),
]

handler403 = "jiangli.public.views.errors.forbidden"
handler404 = "jiangli.public.views.errors.not_found"
handler500 = "jiangli.public.views.errors.broken"
