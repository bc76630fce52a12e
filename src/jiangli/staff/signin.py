"""Sign-in of officers: the few of allauth's pages that we use. Nobody signs up, there is no e-mail.

Open to strangers: signing in and its second step, signing out. All else is for officers.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from jiangli.staff.gate import officer_required

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", officer_required(account.reauthenticate), name="account_reauthenticate"),
    path("password/", officer_required(account.password_change), name="account_change_password"),
    path("2fa/", officer_required(mfa.index), name="mfa_index"),
    path("2fa/reauthenticate/", officer_required(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", officer_required(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", officer_required(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "2fa/recovery-codes/", officer_required(recovery.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "2fa/recovery-codes/generate/",
        officer_required(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        officer_required(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
