"""What the registers say of a person, set beside what the person stated."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import clock
from jiangli.applications.assessing import Assessed
from jiangli.applications.models import Application
from jiangli.applications.status import Status
from jiangli.payments.queries import payments_of
from jiangli.registers.history.queries import cases_elsewhere
from jiangli.registers.models import EarlierPayment, Membership
from jiangli.registers.queries import register_facts
from jiangli.rules import Programme
from jiangli.staff.words import fact_label, listed, value_in_words


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
        name: _both(assessed.programme, name, *pair) for name, pair in differing(application, assessed)
    }
    of = {kind: tuple(said for name, said in differs.items() if name.startswith(kind)) for kind in KINDS}
    if assessed.lines or application.claimant is None:
        return []
    return [
        _membership(application, of["membership."]),
        _certificate(application, of["certificate."]),
        _payments(application),
        *_elsewhere(application),
    ]


KINDS = ("membership.", "certificate.")


def differing(application: Application, assessed: Assessed) -> list[tuple[str, tuple[Any, Any]]]:
    """Facts that a register has otherwise than they were stated: (what it says, what was stated).

    Of a returned case only what was handed in counts, not what its claimant is typing now.
    """
    line = application.lines.first()
    if line is None or line.person is None or assessed.lines:
        return []
    stated = assessed.sheet.stated if application.status == Status.RETURNED else application.stated
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


def _membership(application: Application, differs: tuple[str, ...]) -> RegisterRow:
    what, where = _("Union member"), _("Member register")
    person = application.claimant
    assert person is not None  # the case has no roster
    held = Membership.objects.filter(person=person, until_on=None).order_by("-since_on").first()
    if held is None:
        return RegisterRow(what, _("Not found. That is not the same as not being one."), where, "missing", "")
    verified = _("real name verified") if held.real_name_verified else _("real name not verified")
    says = f"{person.name} · {held.union_name} · {held.since_on.isoformat()} · {verified}"
    return RegisterRow(what, says, where, "mismatch" if differs else "found", "", differs)


def _certificate(application: Application, differs: tuple[str, ...]) -> RegisterRow:
    what, where = _("Certificate"), _("Certificate register")
    certificate = application.line.certificate
    if certificate is None or certificate.looked_up_at is None:
        return RegisterRow(what, _("Not found. Please look it up by hand."), where, "missing", "")
    other = certificate.person_id is not None and certificate.person_id != application.line.person_id
    parts = [certificate.holder_name, certificate.occupation, certificate.number]
    if certificate.issue_date:
        parts.append(certificate.issue_date.isoformat())
    says = " · ".join(part for part in parts if part)
    return RegisterRow(what, says, where, "mismatch" if other or differs else "found", "", differs)


def _elsewhere(application: Application) -> list[RegisterRow]:
    """Claims of this person, or with this certificate, that another system still has; [] if it is told of none."""
    line = application.line
    cases = list(cases_elsewhere(line.person, line.certificate))
    if not cases:
        return []
    says = listed(
        [f"{row.filed_on.isoformat()} {row.office} {row.number} {row.said}".strip() for row in cases]
    )
    word = ngettext("%(count)s case", "%(count)s cases", len(cases)) % {"count": len(cases)}
    return [RegisterRow(_("In progress elsewhere"), says, _("Brought in by officers"), "mismatch", word)]


def _payments(application: Application) -> RegisterRow:
    what, where = _("Earlier payments"), _("Here and imported")
    line = application.line
    rows = EarlierPayment.objects.filter(person=line.person)
    if line.certificate_id:
        rows = rows | EarlierPayment.objects.filter(certificate=line.certificate)
    own = payments_of(application).values("reference")
    paid = list(rows.exclude(source__in=own).order_by("paid_on"))
    if not paid:
        return RegisterRow(what, _("None"), where, "found", _("Never paid"))
    says = listed([f"{row.paid_on.isoformat()} {row.amount_fen / 100:,.2f} {row.source}" for row in paid])
    word = ngettext("%(count)s payment", "%(count)s payments", len(paid)) % {"count": len(paid)}
    return RegisterRow(what, says, where, "mismatch", word)
