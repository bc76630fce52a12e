"""Addresses of the public face."""

from django.urls import path

from jiangli.public.views import (
    apply,
    begin,
    case,
    check,
    evidence,
    home,
    lines,
    listing,
    programme,
    result,
    sign_in,
    status,
)

app_name = "public"
urlpatterns = [
    path("", home.home, name="home"),
    path("programmes/", listing.programmes, name="programmes"),
    path("programme/<slug:code>/", programme.programme, name="programme"),
    path("text/<slug:document>/", home.text, name="text"),
    path("check/", check.check, name="check"),
    path("check/result/", result.result, name="check-result"),
    path("check/<str:fact>/", check.question, name="check-question"),
    path("sign-in/", sign_in.phone, name="phone"),
    path("sign-in/code/", sign_in.code, name="code"),
    path("sign-in/name/", sign_in.identity, name="identity"),
    path("sign-in/known-phone/", sign_in.known_phone, name="known-phone"),
    path("sign-in/not-found/", sign_in.not_found, name="not-found"),
    path("sign-out/", sign_in.sign_out, name="sign-out"),
    path("apply/<slug:code>/", begin.apply, name="apply"),
    path("my/", status.my, name="my"),
    path("my/<uuid:pk>/", case.application, name="application"),
    path("my/<uuid:pk>/fill/<slug:section>/", apply.section, name="section"),
    path("my/<uuid:pk>/lines/", lines.lines, name="lines"),
    path("my/<uuid:pk>/photos/<slug:material>/", evidence.photos, name="photos"),
    path("my/<uuid:pk>/photo/<uuid:evidence>/", evidence.picture, name="evidence"),
    path("my/<uuid:pk>/photo/<uuid:evidence>/remove/", evidence.remove, name="evidence-remove"),
    path("my/<uuid:pk>/answers/", apply.answers, name="answers"),
    path("my/<uuid:pk>/done/", apply.done, name="done"),
    path("my/<uuid:pk>/withdraw/", case.withdraw, name="withdraw"),
    path("my/<uuid:pk>/card/", case.confirm_card, name="confirm-card"),
    path("my/<uuid:pk>/payment/<uuid:payment>/card/", case.another_card, name="another-card"),
    path("status/", status.look_up, name="status"),
    path("status/case/", status.visit, name="visit"),
]
