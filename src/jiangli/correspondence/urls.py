"""The one address of this room: where the carrier posts its receipts."""

from django.urls import path

from jiangli.correspondence.views import receipts

app_name = "correspondence"
urlpatterns = [path("", receipts, name="receipts")]
