"""What the registers say of a person, set beside what the person stated."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import clock
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application, Line
from jiangli.applications.sheet import has_lines
from jiangli.applications.status import Status
from jiangli.payments.queries import payments_of
from jiangli.registers.history.queries import cases_elsewhere
from jiangli.registers.models import EarlierPayment, Membership, Person
from jiangli.registers.queries import register_facts
from jiangli.rules import Programme
from jiangli.staff.words import fact_label, listed, pair, value_in_words


class RegisterRow(NamedTuple):
    what: str
    says: str
    where: str
    code: str  # of the states of registers
    word: str
    differs: tuple[str, ...] = ()  # what was stated otherwise, with both values


def registers_of(application: Application, assessed: Assessed) -> list[RegisterRow]:
    """What the member register, the certificate register and the payments say of this person."""
    differs = {
        name: _both(assessed.programme, name, *both) for name, both in differing(application, assessed)
    }
    of = {kind: tuple(said for name, said in differs.items() if name.startswith(kind)) for kind in KINDS}
    body = [_organisation(application, assessed.programme)] if application.organisation else []
    if has_lines(assessed.programme) or application.claimant is None:
        return [*body, _payments(application, organisation=application.organisation)] if body else []
    return [
        *body,
        _membership(application.claimant, of["membership."]),
        _certificate(application.line, of["certificate."]),
        _payments(application, person=application.line.person, certificate=application.line.certificate),
        *_elsewhere(application.line),
    ]


def registers_beside(
    application: Application, programme: Programme, line: Line, stated: dict[str, Any]
) -> list[RegisterRow]:
    """The same for one line of a roster, beside what its row states."""
    assert line.person is not None
    differs = {name: _both(programme, name, *both) for name, both in _otherwise(line, stated)}
    of = {kind: tuple(said for name, said in differs.items() if name.startswith(kind)) for kind in KINDS}
    return [
        _membership(line.person, of["membership."]),
        _certificate(line, of["certificate."]),
        _payments(application, person=line.person, certificate=line.certificate),
        *_elsewhere(line),
    ]


KINDS = ("membership.", "certificate.")


def differing(application: Application, assessed: Assessed) -> list[tuple[str, tuple[Any, Any]]]:
    """Facts that a register has otherwise than they were stated: (what it says, what was stated).

    Of a returned case only what was handed in counts, not what its claimant is typing now.
    """
    line = application.lines.first()
    if line is None or has_lines(assessed.programme):
        return []
    stated = assessed.sheet.stated if application.status == Status.RETURNED else application.stated
    return _otherwise(line, stated)


def _otherwise(line: Line, stated: dict[str, Any]) -> list[tuple[str, tuple[Any, Any]]]:
    if line.person is None:
        return []
    says = register_facts(line.person, line.certificate, on=clock.today())
    if line.certificate and line.certificate.looked_up_at and line.certificate.occupation:
        says["certificate.occupation"] = line.certificate.occupation
    return [
        (name, (value, stated[name]))
        for name, value in says.items()
        if name.startswith(KINDS) and stated.get(name) not in (None, "", value)
    ]


def _both(programme: Programme, name: str, says: Any, stated: Any) -> str:
    return _("%(fact)s: the register has “%(register)s”, the applicant stated “%(stated)s”") % {
        "fact": fact_label(programme, name),
        "register": value_in_words(programme, name, says),
        "stated": value_in_words(programme, name, stated),
    }


def _organisation(application: Application, programme: Programme) -> RegisterRow:
    """What is vouched for of the organisation: its kind, its area and whatever else the register has."""
    what, where = _("Organisation"), _("Organisation register")
    body = application.organisation
    assert body is not None
    if not body.known:
        return RegisterRow(what, _("Nothing is vouched for yet."), where, "missing", "")
    known = [
        pair(fact_label(programme, name), value_in_words(programme, name, value))
        for name, value in body.known.items()
        if name in programme.dictionary
    ]
    return RegisterRow(what, " · ".join([body.name, *known]), where, "found", "")


def _membership(person: Person, differs: tuple[str, ...]) -> RegisterRow:
    what, where = _("Union member"), _("Member register")
    held = Membership.objects.filter(person=person, until_on=None).order_by("-since_on").first()
    if held is None:
        return RegisterRow(what, _("Not found. That is not the same as not being one."), where, "missing", "")
    verified = _("real name verified") if held.real_name_verified else _("real name not verified")
    says = f"{person.name} · {held.union_name} · {held.since_on.isoformat()} · {verified}"
    return RegisterRow(what, says, where, "mismatch" if differs else "found", "", differs)


def _certificate(line: Line, differs: tuple[str, ...]) -> RegisterRow:
    what, where = _("Certificate"), _("Certificate register")
    certificate = line.certificate
    if certificate is None or certificate.looked_up_at is None:
        return RegisterRow(what, _("Not found. Please look it up by hand."), where, "missing", "")
    other = certificate.person_id is not None and certificate.person_id != line.person_id
    parts = [certificate.holder_name, certificate.occupation, certificate.number]
    if certificate.issue_date:
        parts.append(certificate.issue_date.isoformat())
    says = " · ".join(part for part in parts if part)
    return RegisterRow(what, says, where, "mismatch" if other or differs else "found", "", differs)


def _elsewhere(line: Line) -> list[RegisterRow]:
    """Claims of this person, or with this certificate, that another system still has; [] if it is told of none."""
    cases = list(cases_elsewhere(line.person, line.certificate))
    if not cases:
        return []
    says = listed(
        [f"{row.filed_on.isoformat()} {row.office} {row.number} {row.said}".strip() for row in cases]
    )
    word = ngettext("%(count)s case", "%(count)s cases", len(cases)) % {"count": len(cases)}
    return [RegisterRow(_("In progress elsewhere"), says, _("Brought in by officers"), "mismatch", word)]


def _payments(application: Application, **of: Any) -> RegisterRow:
    """Payments to any of these: a person, a certificate, an organisation."""
    what, where = _("Earlier payments"), _("Here and imported")
    whose = Q(pk__in=[])
    for column, owner in of.items():
        if owner is not None:
            whose |= Q(**{column: owner})
    rows = EarlierPayment.objects.filter(whose)
    own = payments_of(application).values("reference")
    paid = list(rows.exclude(source__in=own).order_by("paid_on"))
    if not paid:
        return RegisterRow(what, _("None"), where, "found", _("Never paid"))
    says = listed([f"{row.paid_on.isoformat()} {row.amount_fen / 100:,.2f} {row.source}" for row in paid])
    word = ngettext("%(count)s payment", "%(count)s payments", len(paid)) % {"count": len(paid)}
    return RegisterRow(what, says, where, "mismatch", word)
