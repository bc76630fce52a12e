"""Forms of the officers' pages."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import User
from jiangli.looks.forms import Answer
from jiangli.programmes.models import Mode
from jiangli.registers.history.status import ImportKind

DAY = {"type": "date", "class": "govuk-input"}


class Day(forms.DateField):
    """A day, picked or typed as 2025-06-10."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs=DAY)

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], **options)


class DeputyForm(forms.Form):
    deputy = forms.ModelChoiceField(
        User.objects.none(), label=_("Who stands in for you"), empty_label=_("Please choose")
    )
    from_on = Day(label=_("From"))
    to_on = Day(label=_("To, this day included"))

    def __init__(self, *args: Any, officer: User, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        colleagues = User.objects.visible_to(officer).filter(is_active=True).exclude(pk=officer.pk)
        self.fields["deputy"].queryset = colleagues.order_by("name")  # type: ignore[attr-defined]
        self.fields["from_on"].initial = today


class WordsForm(forms.Form):
    """What an officer says with an act. Obligatory where the act sends a case back or ends it."""

    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), max_length=1000, label=_("Your opinion"))

    def __init__(self, *args: Any, needed: bool, label: str = "", hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["text"].required = needed
        if label:
            self.fields["text"].label = label
        self.fields["text"].help_text = hint


class ListForm(forms.Form):
    """A published list and the document it stands in."""

    programme = forms.ChoiceField(label=_("For which programme"))
    document_number = forms.CharField(max_length=80, label=_("Number of the document"))
    document_date = Day(label=_("Date of the document"))
    file = forms.FileField(
        label=_("The list"),
        help_text=_(
            "XLSX or CSV with the columns 姓名, 身份证号, 等级, 证书编号, 发证日期; one person a row."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose a file.")},
    )

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]


class SheetForm(forms.Form):
    file = forms.FileField(
        label=_("The sheet the bank sent back"),
        help_text=_("The same file a second time changes nothing."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose the sheet that the bank sent back.")},
    )

    def clean_file(self) -> UploadedFile[bytes]:
        """A workbook or a table in text; what is neither is said to be so before anybody looks for columns."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        content = file.read()
        file.seek(0)
        if not content.startswith(WORKBOOKS) and not _is_text(content):
            raise forms.ValidationError(
                _("This file cannot be opened. Choose the XLSX or CSV file that the bank gave you.")
            )
        return file


WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def _is_text(content: bytes) -> bool:
    """Whether these are lines of UTF-8 or GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return all(letter >= " " or letter in "\t\r\n" for letter in text)
    return False


class BringForm(forms.Form):
    """A sheet of the past: of which series, of which kind, and what stands for rows that say nothing."""

    scope = forms.ChoiceField(label=_("For which series or programme"))
    kind = forms.ChoiceField(choices=ImportKind.choices, label=_("What it lists"), widget=forms.RadioSelect)
    period = forms.RegexField(
        r"^(19|20)\d\d(-(0[1-9]|1[0-2]))?$",
        required=False,
        label=_("Year of payment"),
        help_text=_("For rows that name none, such as 2023."),
        error_messages={"invalid": _("Write the year as 2024, or the month as 2024-05.")},
    )
    batch = forms.CharField(
        required=False,
        max_length=40,
        label=_("Batch"),
        help_text=_("For rows that name none, such as 第一批."),
    )
    file = forms.FileField(
        label=_("The sheet"),
        help_text=_("XLSX or CSV, one person a row, at most 20,000 rows. Download the template if in doubt."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
        error_messages={"required": _("Choose a file.")},
    )

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        self.fields["kind"].initial = ImportKind.PAID


class PaidThereForm(forms.Form):
    paid_on = Day(label=_("Paid on"))
    amount = forms.DecimalField(
        label=_("Amount (yuan)"), min_value=Decimal("0.01"), decimal_places=2, max_digits=12
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}), label=_("Reason"))

    def __init__(self, *args: Any, hint: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].help_text = hint


class DeclareForm(forms.Form):
    """The first officer's word: complete up to when, from which sheets."""

    complete_up_to = Day(label=_("Complete up to, this day included"))
    imports = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("It rests on these sheets")
    )
    note = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=_("Note"),
        help_text=_("If nothing was ever paid, say so here and how you know."),
    )

    def __init__(self, *args: Any, imports: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["imports"].choices = imports  # type: ignore[attr-defined]
        if not imports:
            del self.fields["imports"]
        self.fields["note"].required = not imports
        self.fields["note"].error_messages["required"] = _(
            "No sheet was brought in. If nothing was ever paid, say so here and how you know."
        )


class ModeForm(forms.Form):
    """What this installation does with a programme, and why."""

    mode = forms.ChoiceField(widget=forms.RadioSelect, label=_("Mode"))
    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}), label=_("Reason"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mode"].choices = [(mode.value, Answer(mode.label, MEANING[mode])) for mode in Mode]  # type: ignore[attr-defined]


MEANING = {
    Mode.OPEN: _("Claims are taken, online or at the counter, in the days of filing."),
    Mode.BACK_ENTRY: _("Officers enter past cases at the counter or by list. Nobody applies online."),
    Mode.SIMULATION: _("To be read and tried out. No claims are taken."),
    Mode.REFERENCE: _("Another system takes these claims; we only say where."),
    Mode.CLOSED: _("No claims are taken any more."),
}


class RoundForm(forms.Form):
    """A round as the agency announces it."""

    name = forms.CharField(max_length=60, label=_("Name"), help_text=_("Such as 2025 年度第一次."))
    opens_on = Day(label=_("First day"))
    closes_on = Day(label=_("Last day, included"))
    notice_number = forms.CharField(required=False, max_length=80, label=_("Number of the announcement"))
    notice_address = forms.URLField(
        required=False, max_length=300, assume_scheme="https", label=_("Web address of the announcement")
    )
    notice_text = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label=_("Text of the announcement"),
        help_text=_("Everybody can read it on the programme's page."),
    )
    reason = forms.CharField(
        required=False,
        max_length=300,
        label=_("Why there is another one this year"),
        help_text=_("Only if there are more than the notice names."),
    )


class EndForm(forms.Form):
    closes_on = Day(label=_("New last day, included"))
    reason = forms.CharField(max_length=300, label=_("Reason"))


class CalendarDayForm(forms.Form):
    """One day made worked or free."""

    works = forms.ChoiceField(
        widget=forms.RadioSelect, label=_("This day is"), choices=[("yes", _("Worked")), ("no", _("Free"))]
    )
    name = forms.CharField(
        required=False, max_length=40, label=_("Name of the day"), help_text=_("Such as 台风停工.")
    )
    reason = forms.CharField(max_length=300, widget=forms.Textarea(attrs={"rows": 3}), label=_("Reason"))


class CalendarYearForm(forms.Form):
    """A year's announcement of days off."""

    year = forms.IntegerField(min_value=2000, max_value=2099, label=_("Year"))
    notice = forms.CharField(
        max_length=120,
        label=_("Number of the notice on days off"),
        help_text=_("Such as 国办发明电〔2025〕7号."),
    )
    file = forms.FileField(
        label=_("The days"),
        help_text=_(
            "XLSX or CSV with the columns 日期, 放假或上班, 名称; one day a row, weekends worked too."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose a file.")},
    )
