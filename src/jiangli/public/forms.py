"""Forms that no programme file describes: phone, code, name and number, card, look-up, note."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiangli.looks.forms import FilesField
from jiangli.registers.names import same_name
from jiangli.registers.queries import identity_number_fault


def plain(text: str) -> str:
    """Full-width figures and letters as narrow ones, without the blanks around."""
    return unicodedata.normalize("NFKC", text).strip()


class PhoneForm(forms.Form):
    phone = forms.CharField(
        label=_("Mobile number"),
        help_text=_("11 digits. We send a code to it, and later messages about your claim."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel-national"}),
        error_messages={"required": _("Write your mobile number.")},
    )

    def clean_phone(self) -> str:
        digits = re.sub(r"[\s\-]", "", plain(self.cleaned_data["phone"])).removeprefix("+86")
        if not re.fullmatch(r"1\d{10}", digits):
            raise forms.ValidationError(
                _("A mobile number has 11 digits and begins with 1. Please check it.")
            )
        return digits


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        help_text=_("Six digits from the message. It holds for ten minutes."),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Write the six digits of the message.")},
    )

    def clean_code(self) -> str:
        digits = re.sub(r"\s", "", plain(self.cleaned_data["code"]))
        if not re.fullmatch(r"\d{6}", digits):
            raise forms.ValidationError(_("The code has six digits. Look at the message again."))
        return digits


class IdNumberField(forms.CharField):
    """An identity number: blanks, width and the small x folded, check digit tested."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Identity card number"),
            help_text=_("18 characters, as on your identity card. The last may be an X."),
            max_length=40,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            error_messages={"required": _("Write your identity number.")},
            **kwargs,
        )

    def clean(self, value: object) -> str:
        number = re.sub(r"\s", "", plain(str(super().clean(value) or ""))).upper()
        if fault := identity_number_fault(number):
            raise forms.ValidationError(fault)
        return number


class IdentityForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        help_text=_("As on your identity card."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    id_number = IdNumberField()


class ForgottenForm(PhoneForm):
    """Who forgot a query code, and the phone that is known of them."""

    id_number = IdNumberField()
    field_order = ("id_number", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].help_text = _("11 digits. The phone you signed in with, or gave at the counter.")


class LookUpForm(forms.Form):
    id_number = IdNumberField()
    password = forms.CharField(
        label=_("Query code"),
        help_text=_("You saw it once, when you handed in the claim."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the query code.")},
    )

    def clean_password(self) -> str:
        return re.sub(r"[\s\-]", "", plain(self.cleaned_data["password"]))


class CardForm(forms.Form):
    """A bank account, down to the sub-branch. Keys are those of the account."""

    account_name = forms.CharField(
        label=_("Name on the card"),
        help_text=_(
            "The card must be your own: this name, the name on the certificate and yours are compared."
        ),
        max_length=60,
        error_messages={"required": _("Write the name under which the card was opened.")},
    )
    account_number = forms.CharField(
        label=_("Number of the card"),
        help_text=_("Digits on the face of the card; blanks do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the card number.")},
    )
    account_bank = forms.CharField(
        label=_("Bank and sub-branch"),
        help_text=_("Down to the sub-branch, as in 某某银行杭州某某支行. The bank's hotline can tell you."),
        max_length=80,
        error_messages={"required": _("Write the bank, down to the sub-branch.")},
    )

    def clean_account_number(self) -> str:
        digits = re.sub(r"[\s\-]", "", plain(self.cleaned_data["account_number"]))
        if not re.fullmatch(r"\d{12,22}", digits):
            raise forms.ValidationError(
                _("A card number has 12 to 22 digits and nothing else. Compare it with the card.")
            )
        return digits

    def clean_account_bank(self) -> str:
        bank = plain(self.cleaned_data["account_bank"])
        if not re.search(r"支行|分理处|营业部|信用社|储蓄所|分社|[Bb]ranch", bank):
            raise forms.ValidationError(
                _("Write the sub-branch too, as in 某某银行杭州某某支行. Without it the money comes back.")
            )
        return bank


class AccountForm(CardForm):
    """The account of an organisation, which bears its name and nobody else's."""

    account_name = forms.CharField(
        label=_("Name of the account"),
        max_length=100,
        error_messages={"required": _("Write the name of the account.")},
    )
    account_number = forms.CharField(
        label=_("Number of the account"),
        help_text=_("Digits; blanks do not matter."),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the number of the account.")},
    )
    field_order = ("account_name", "account_number", "account_bank")

    def __init__(self, *args: Any, holder: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holder = holder
        self.fields["account_name"].help_text = _(
            "The account has to be in the organisation's own name: %(name)s."
        ) % {"name": holder}

    def clean_account_name(self) -> str:
        name = str(self.cleaned_data["account_name"]).strip()
        if not same_name(name, self.holder):
            raise forms.ValidationError(
                _(
                    "The account is in the name “%(name)s”. It has to be in the name “%(holder)s”, letter by letter."
                )
                % {"name": name, "holder": self.holder}
            )
        return self.holder

    def clean_account_number(self) -> str:
        digits = re.sub(r"[\s\-]", "", plain(self.cleaned_data["account_number"]))
        if not re.fullmatch(r"\d{8,32}", digits):
            raise forms.ValidationError(
                _("An account number has 8 to 32 digits and nothing else. Compare it with the bank's paper.")
            )
        return digits


class WorkerForm(forms.Form):
    """Whom an organisation files for."""

    name = forms.CharField(
        label=_("Name of the worker"),
        help_text=_("As on the identity card."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write the worker's name.")},
    )
    id_number = IdNumberField()


class PhotosForm(forms.Form):
    photos = FilesField(
        label=_("Photos or PDF"),
        help_text=_("JPEG, PNG or PDF, several at once if you like. Up to 10 MB each."),
        error_messages={"required": _("Choose a file first, or take a photo.")},
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["photos"].widget.attrs["accept"] = "image/jpeg,image/png,application/pdf,image/*"


class NoteForm(forms.Form):
    note = forms.CharField(
        label=_("A line to the officer"),
        help_text=_("What cannot be changed, and why. For example: the certificate shows my former name."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write one sentence to the officer about the point above.")},
    )

    def demand(self) -> None:
        """A fault goes in only with a word about it."""
        self.fields["note"].required = True


class WithdrawForm(forms.Form):
    """Nothing to fill in, but a tick where the claim could not be filed again today."""

    understood = forms.BooleanField(
        label=_("I understand that I cannot apply again for this."),
        error_messages={"required": _("Tick that you understand, or keep the claim.")},
    )

    def __init__(self, *args: Any, lost: bool, **named: Any) -> None:
        super().__init__(*args, **named)
        if not lost:
            del self.fields["understood"]
