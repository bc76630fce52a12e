"""One programme to read: what it pays, to whom, within which limits, how it goes, and what one can do today."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jiangli import clock, rules
from jiangli.accounts.models import Agency
from jiangli.applications.permissions import TAKING, cannot_apply_here, cannot_file_as
from jiangli.applications.stages import Filer, filers
from jiangli.correspondence.consultation import queries
from jiangli.programmes.interpretations import standing_for
from jiangli.programmes.models import Programme
from jiangli.programmes.queries import estimates, rule
from jiangli.programmes.rounds import Rounds, rounds_of, tell
from jiangli.programmes.status import standing
from jiangli.public import amounts, checking, telling
from jiangli.public.audience import BY_CODE
from jiangli.public.listing import FACETS, LISTED, Entry
from jiangli.public.pages import show, until
from jiangli.public.telling import speech
from jiangli.public.views.consult import told
from jiangli.public.views.interpretations import words

LONG = 400  # of an address of the list


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """Amounts, conditions, limits, materials and stages with the words of the law: to be read before applying."""
    row = Programme.objects.with_law().filter(code=code).first()
    if row is None:
        raise Http404
    law, today = rule(row.version), clock.today()
    rounds = rounds_of(row, law, on=today)
    one = Entry(row, law, standing(row, law, on=today), cannot_apply_here(row, on=today), rounds)
    agencies = Agency.objects.in_bulk()
    context = {
        "rule": law,
        "row": row,
        "one": one,
        "name": law.title.say(speech()),
        "office": telling.name_of(row.agency),
        "agency": row.agency,
        "who": telling.listed(str(BY_CODE[who].name) for who in one.who),
        "until": "" if one.state in (LISTED, "back_entry") else until(law, today, rounds),
        "open_draft": law.document.status == "draft" and row.mode in TAKING,
        "seen": rounds,
        "round_tells": _told(rounds, can_begin=one.reason is None),
        "can_check": bool(one.who) and bool(checking.pool([one], one.who[0])),
        "back": _back(request.GET.get("from", "")),
        "faq": told(queries.faq(programme=code)),
        **_money(row, law, agencies),
        **_claims(law),
        "materials": telling.materials(law),
        "materials_inferred": _is_inferred(law.materials),
        "stages": [_stage(law, stage, agencies) for stage in law.stages],
        "stages_inferred": _is_inferred(law.stages),
        "by_organisation": _by_organisation(law),
        "rounds": _rounds(law),
        "go_to": law.elsewhere.title.say(speech()) if law.elsewhere else "",
        "interpreted": [
            {"one": said, "words": words(said), "office": telling.name_of(said.agency)}
            for said in standing_for(row.code, law.document.id)
        ],
        "readings": [telling.marked(p.reason) for p in law.parameters if p.reason],
        "not_modelled": [_left_out(law, part) for part in law.not_modelled],
    }
    return show(request, "public/programme.html", context)


def _by_organisation(law: "rules.Programme") -> str:
    """The sentence where an organisation hands it in and a person cannot."""
    allowed = filers(law)
    if Filer.PERSON in allowed or Filer.AGENCY in allowed:
        return ""
    return cannot_file_as(law, Filer.PERSON) or ""


def _told(seen: Rounds, *, can_begin: bool) -> str:
    """When one can hand in, outside a round; empty inside one."""
    if not seen.is_shut:
        return ""
    return (
        f"{tell(seen)} {_('You can prepare your claim now and hand it in then.')}"
        if can_begin
        else tell(seen)
    )


def _back(query: str) -> str:
    """The list as it was narrowed; what it does not know is left out."""
    asked = QueryDict(query[:LONG])
    kept = QueryDict(mutable=True)
    kept.update({name: asked[name] for name in (*FACETS, "q", "page") if asked.get(name)})
    return f"{reverse('public:programmes')}{'?' if kept else ''}{kept.urlencode()}"


def _is_inferred(parts: Sequence["rules.Stage | rules.Material"]) -> bool:
    """Whether the notice is silent about all of them."""
    return bool(parts) and not any(part.basis.quote for part in parts)


def _money(row: Programme, law: "rules.Programme", agencies: dict[str, Agency]) -> dict[str, Any]:
    names = [telling.name_of(agencies[p.agency]) for p in law.payers if p.agency in agencies]
    rates, extra, ceilings = amounts.rates(law), amounts.supplements(law), amounts.ceilings(law)
    quotes = [(r["quote"], r["place"]) for r in (*rates, *extra) if r["quote"]]
    quotes += [(p.basis.quote, telling.place(law, p.basis.clause)) for p in law.payers if p.basis.quote]
    return {
        "rates": rates,
        "supplements": extra,
        "ceilings": ceilings,
        "quotes": list(dict.fromkeys(quotes)),
        "in_all": amounts.in_all(law),
        "payers": names,
        "payers_in_words": telling.listed(names),
        "halves": len(names) == 2 and len({p.ratio for p in law.payers}) == 1,
        "route": telling.route(law.route),
        "estimates": [_estimate(found) for found in estimates(row)],
    }


def _estimate(law: "rules.Programme") -> dict[str, Any]:
    """The sums of a proposed overlay and where they come from."""
    source = next(overlay.source for overlay in law.overlays if overlay.proposed)
    return {
        "rates": [*amounts.rates(law), *amounts.supplements(law)],
        "ceilings": amounts.ceilings(law),
        "source": telling.marked(rules.Words(source)),
    }


def _claims(law: "rules.Programme") -> dict[str, Any]:
    """Conditions that decide, and what is only looked at by an officer or told."""
    limits = [limit for limit in law.limits if limit.ceiling is None]
    looked = [condition for condition in law.warnings if condition.holds]
    looked += [limit.condition for limit in law.limits if limit.effect == "hold"]
    told = [condition for condition in law.warnings if not condition.holds]
    told += [limit.condition for limit in law.limits if limit.effect == "warn"]
    once = [limit.condition for limit in limits if limit.refuses]
    return {
        "conditions": [_condition(law, c) for c in (*law.claim, *law.line)],
        "once": [_condition(law, c) for c in once],
        "looked": [_condition(law, c) for c in looked],
        "told": [_condition(law, c) for c in told],
    }


def _condition(law: "rules.Programme", condition: "rules.Condition") -> dict[str, str]:
    return {
        "name": telling.marked(condition.title) if condition.title else condition.id,
        "quote": condition.basis.quote or "",
        "inferred": telling.marked(rules.Words(condition.basis.inferred or "")),
        "place": telling.place(law, condition.basis.clause),
    }


def _stage(law: "rules.Programme", stage: "rules.Stage", agencies: dict[str, Agency]) -> dict[str, str]:
    said = [telling.who_acts(law, stage, agencies)]
    if not stage.basis.quote and not _is_inferred(law.stages):
        said.append(_("not in the notice: the usual way"))
    if stage.outside:
        said.append(_("in another system"))
    if stage.days:
        words = (
            ngettext("%(days)s working day", "%(days)s working days", stage.days)
            if stage.calendar == "working"
            else ngettext("%(days)s day", "%(days)s days", stage.days)
        )
        said.append(words % {"days": stage.days})
    return {
        "title": telling.marked(stage.title),
        "more": " · ".join(part for part in said if part),
        "at": "next",
    }


def _rounds(law: "rules.Programme") -> str:
    if law.rounds is None:
        return ""
    times = law.rounds.per_year
    return ngettext(
        "Claims are taken once a year; the office announces the days.",
        "Claims are taken %(times)s times a year; the office announces the days.",
        times,
    ) % {"times": times}


def _left_out(law: "rules.Programme", part: Any) -> dict[str, str]:
    return {
        "quote": part.basis.quote or "",
        "reason": telling.marked(rules.Words(part.reason)),
        "place": telling.place(law, part.basis.clause),
    }
