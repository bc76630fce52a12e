"""Forms of those who act for organisations."""

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency
from jiangli.looks.forms import Answer, FilesField
from jiangli.public.forms import plain
from jiangli.registers import organisations as bodies
from jiangli.registers.credit_codes import credit_code_fault, normalise_credit_code
from jiangli.registers.models import Organisation, Person
from jiangli.registers.rows import normalise_phone, phone_fault

SELF = "self"


def language() -> str:
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def kinds() -> list[tuple[str, str]]:
    """The kinds of organisations, by their ids, in the reader's language."""
    return [(choice.id, choice.label.say(language())) for choice in bodies.kinds()]


def kind_in_words(kind: object) -> str:
    return dict(kinds()).get(str(kind), "")


def name_of(agency: Agency) -> str:
    return agency.name_en if language() == "en" else agency.name


class ActingForm(forms.Form):
    """For whom one acts: oneself (``SELF``) or one of one's organisations."""

    organisation = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("For whom do you act?"),
    )

    def __init__(self, *args: Any, person: Person, organisations: list[Organisation], **options: Any) -> None:
        super().__init__(*args, **options)
        choices: list[tuple[str, Any]] = [(SELF, Answer(person.name, _("For myself")))]
        choices += [(str(row.pk), Answer(row.name, row.credit_code)) for row in organisations]
        self.fields["organisation"].choices = choices  # type: ignore[attr-defined]


class AskForm(forms.Form):
    credit_code = forms.CharField(
        label=_("Unified social credit code"),
        help_text=_("18 characters, on the licence or certificate of registration."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the unified social credit code.")},
    )
    name = forms.CharField(
        label=_("Name of the organisation"),
        help_text=_("The whole name, as on the licence."),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        error_messages={"required": _("Write the name as it stands on the licence.")},
    )
    kind = forms.ChoiceField(label=_("What kind of organisation"))
    agency = forms.ChoiceField(
        label=_("Who should confirm it"),
        help_text=_("The agency with which you have most to do. Once confirmed it holds everywhere here."),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an agency.")},
    )
    letters = FilesField(
        label=_("Licence and letter of authorisation"),
        help_text=_(
            "Stamped by the organisation. Photographs or PDF, several at once if you like, up to 10 MB each."
        ),
        error_messages={"required": _("Choose a file first, or take a photo.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        blank = [("", _("Please choose"))]
        self.fields["kind"].choices = [*blank, *kinds()]  # type: ignore[attr-defined]
        agencies = [(row.code, name_of(row)) for row in Agency.objects.order_by("code")]
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]
        self.fields["letters"].widget.attrs["accept"] = "image/jpeg,image/png,application/pdf,image/*"

    def clean_credit_code(self) -> str:
        code = normalise_credit_code(self.cleaned_data["credit_code"])
        if fault := credit_code_fault(code):
            raise forms.ValidationError(fault)
        return code


class InviteForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        help_text=_("As on the identity card of whoever you invite."),
        max_length=60,
        error_messages={"required": _("Write the name.")},
    )
    phone = forms.CharField(
        label=_("Mobile number"),
        help_text=_("They sign in with this phone and accept or decline within 14 days."),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
        error_messages={"required": _("Write their mobile number.")},
    )

    def clean_phone(self) -> str:
        number = normalise_phone(self.cleaned_data["phone"])
        if fault := phone_fault(number):
            raise forms.ValidationError(fault)
        return number


class AccountForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the account"),
        help_text=_("The organisation's own name; nobody else's account is taken."),
        max_length=100,
        error_messages={"required": _("Write the name of the account.")},
    )
    number = forms.CharField(
        label=_("Account number"),
        help_text=_("6 to 32 digits; blanks do not matter."),
        max_length=50,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Write the account number.")},
    )
    bank = forms.CharField(
        label=_("Bank and branch"),
        help_text=_("Down to the branch, as in 某某银行杭州某某支行."),
        max_length=80,
        error_messages={"required": _("Write the bank, down to the branch.")},
    )

    def clean_number(self) -> str:
        return plain(self.cleaned_data["number"])


class RefuseForm(forms.Form):
    reason = forms.CharField(
        label=_("Why not"),
        help_text=_("Whoever asked reads this."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why, so that the other side knows what to do.")},
    )
