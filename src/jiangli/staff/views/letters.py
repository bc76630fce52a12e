"""Messages that reached no phone, so that somebody rings the person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiangli import clock
from jiangli.staff.gate import officer_required
from jiangli.staff.letters import cells_of, chips_of, groups_of, rows_of, wanted
from jiangli.staff.pages import Unclear, page_of, unclear
from jiangli.workbooks import download, workbook


@officer_required
@require_GET
def letters(request: HttpRequest) -> HttpResponse:
    """Of the cases of the officer's agency: not delivered, or no phone is known."""
    try:
        looked_at = wanted(request)
        page = page_of(looked_at.letters, request)
    except Unclear as why:
        return unclear(request, why)
    text, chips = looked_at.form.cleaned_data["q"], chips_of(looked_at.form)
    context = {
        "page": page,
        "rows": rows_of(list(page.object_list)),
        "q": text,
        "chips": chips,
        "groups": groups_of(looked_at),
        "kept": [{"name": "q", "value": text}] if text else [],
        "keep": [(name, value) for name, value, _words in chips if name != "q"],
    }
    return render(request, "staff/letters.html", context)


@officer_required
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """The filtered table as a spreadsheet: what to say and the end of the phone; no identity numbers, no cards."""
    try:
        looked_at = wanted(request)
    except Unclear as why:
        return unclear(request, why)
    headings = (
        _("Written"), _("Acceptance number"), _("Name"), _("Programme"), _("Message"), _("What we wrote"),
        _("How it went"), _("Why"), _("Phone ends in"),
    )  # fmt: skip
    rows = [cells_of(row) for row in rows_of(list(looked_at.letters))]
    return download(
        workbook(headings, rows), f"{pgettext('officer', 'Messages')} {clock.today().isoformat()}.xlsx"
    )
