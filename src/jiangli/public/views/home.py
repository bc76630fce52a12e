"""The first page, a programme to read before applying, and the text of the law."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiangli import clock, rules
from jiangli.programmes.models import Mode, Programme
from jiangli.programmes.queries import open_programmes, rule
from jiangli.public import checking, telling
from jiangli.public.pages import is_open, show, until
from jiangli.public.telling import speech


def card(row: Programme, programme: "rules.Programme") -> dict[str, str]:
    """A programme as a card: what, who, how much, until when."""
    several = len(programme.payers) > 1
    files = _("Paid from a list, nobody applies") if checking.asks_nobody(programme) else _("For individuals")
    return {
        "name": programme.title.say(speech()),
        "url": reverse("public:programme", args=[row.code]),
        "office": f"{telling.name_of(row.agency)} · {files}",
        "amount": telling.amount_range(programme),
        "unit": _("yuan, half from each of two bodies") if several else _("yuan"),
        "until": until(programme, clock.today()) or _("No last day in the notice"),
    }


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """One question first, then what is open, then what cannot be claimed yet."""
    today = clock.today()
    rows = [(row, rule(row.version)) for row in open_programmes()]
    now = [(r, p) for r, p in rows if is_open(p, today) and not checking.asks_nobody(p)]
    later = [(r, p) for r, p in rows if (r, p) not in now]
    others = Programme.objects.exclude(mode=Mode.OPEN).select_related("version", "agency")
    later += [(row, rule(row.version)) for row in others]
    asked = checking.questions(p for _row, p in rows)
    documents = {p.document.id: p.document for _row, p in rows}
    agencies = telling.agency_names(d.issuer for d in documents.values())
    names = {code: telling.name_of(agency) for code, agency in agencies.items()}
    context = {
        "cards": [card(r, p) for r, p in now],
        "later": [{**card(r, p), "more": _why_not(r, p, today)} for r, p in later],
        "documents": [
            {
                "name": d.title.say(speech()),
                "more": names.get(d.issuer, d.issuer),
                "url": reverse("public:text", args=[d.id]),
                "icon": "book",
            }
            for d in documents.values()
        ],
        "hero": _hero(len(asked)),
    }
    return show(request, "public/home.html", context)


def _hero(count: int) -> dict[str, Any]:
    return {
        "phrases": [_("Passed your certificate?"), _("See what you can claim")],
        "lead": [
            _("At most %(count)s questions, about two minutes. ") % {"count": count},
            _("No sign-in, stop whenever you like."),
        ],
        "main": {"label": _("What can I claim"), "url": reverse("public:check")},
        "others": [
            {"label": _("Follow my claim"), "url": reverse("public:status"), "icon": "clock"},
            {"label": _("Read the policy"), "url": "#texts", "icon": "book"},
        ],
    }


def _why_not(row: Programme, programme: "rules.Programme", today: Any) -> str:
    if checking.asks_nobody(programme):
        return _("Nobody applies: paid from the published list")
    if row.mode == Mode.OPEN:
        return until(programme, today)
    return _("For reference only")


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Conditions, amounts and materials with the words of the law: to be read before applying."""
    row = Programme.objects.select_related("version", "agency").filter(code=code).first()
    if row is None:
        raise Http404
    found = rule(row.version)
    today = clock.today()
    names = telling.agency_names(payer.agency for payer in found.payers)
    payers = [telling.name_of(names[p.agency]) for p in found.payers if p.agency in names]
    context = {
        "rule": found,
        "row": row,
        "card": card(row, found),
        "payers": payers,
        "payers_in_words": telling.listed(payers),
        "rates": _rates(found),
        "conditions": [_condition(found, c) for c in found.conditions],
        "materials": telling.materials(found),
        "stages": _stages(found),
        "readings": [telling.marked(p.reason) for p in found.parameters if p.reason],
        "asks_nobody": checking.asks_nobody(found),
        "can_apply": row.mode == Mode.OPEN and is_open(found, today) and not checking.asks_nobody(found),
        "open": is_open(found, today),
        "until": until(found, today),
    }
    return show(request, "public/programme.html", context)


def _condition(programme: "rules.Programme", condition: Any) -> dict[str, str]:
    return {
        "name": condition.title.say(speech()) if condition.title else condition.id,
        "quote": condition.basis.quote or "",
        "inferred": telling.marked(rules.Words(condition.basis.inferred or "")),
        "place": telling.place(programme, condition.basis.clause),
    }


def _rates(programme: "rules.Programme") -> list[dict[str, Any]]:
    """Rows of the amount: for which value, how much in all, and the words."""
    by = programme.dictionary[programme.amount.by] if programme.amount.by else None
    rows = []
    for rate in programme.amount.rates:
        if rate.amount is None:
            continue
        fen = rate.amount.run({})
        values = (
            telling.listed(by.value_label(v, speech()) for v in sorted(rate.values))
            if by and rate.values
            else ""
        )
        rows.append(
            {
                "name": values or programme.title.say(speech()),
                "fen": fen * programme.ratio if isinstance(fen, int) else None,
                "quote": rate.basis.quote,
                "place": telling.place(programme, rate.basis.clause),
            }
        )
    return rows


def _stages(programme: "rules.Programme") -> list[dict[str, str]]:
    return [
        {"title": stage.title.say(speech()), "more": telling.who_acts(programme, stage), "at": "next"}
        for stage in programme.stages
    ]


@require_safe
def text(request: HttpRequest, document: str) -> HttpResponse:
    """A published document, clause by clause, in its own words."""
    for row in Programme.objects.select_related("version"):
        found = rule(row.version)
        if found.document.id == document:
            return show(request, "public/text.html", {"rule": found, "document": found.document})
    raise Http404
