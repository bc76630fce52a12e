"""Set what a body answers beside what it was asked, row by row. Decides, and changes nothing.

A row counts only if its number is that of a case of ours that waits there, name and certificate (where it names
them) are the case's, and its amount is what the case was handed over with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.accounts.models import Agency
from jiangli.applications.models import Application
from jiangli.applications.queries import language
from jiangli.applications.status import Status
from jiangli.registers.names import same_name, same_person_name
from jiangli.reviews.models import Entitlement
from jiangli.reviews.outside.models import ExchangeRow, PaidElsewhere, ReplyRow
from jiangli.reviews.outside.queries import decided_for, outside_stages, shares, stands_outside
from jiangli.reviews.outside.reading import Answer
from jiangli.reviews.outside.status import ANSWERS, ReplyKind, RowState, What


@dataclass(frozen=True)
class Verdict:
    """``answer`` is None for a case that the sheet leaves out. ``stage``: of the case, that it answers."""

    what: What
    say: str
    application: Application | None = None
    stage: int | None = None
    answer: Answer | None = None

    @property
    def plans(self) -> bool:
        return self.what in ANSWERS


def match(
    answers: Sequence[Answer], kind: ReplyKind, *, agency: Agency, body: Agency, whole: bool, today: date
) -> list[Verdict]:
    """A verdict per row, in the order of the sheet; then, if it answers ``whole`` exchanges, what it leaves out."""
    cases = _cases(answers, agency)
    by_reference: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_reference[answer.reference].append(answer)
    verdicts: dict[int, Verdict] = {}
    for reference, rows in by_reference.items():
        for row, verdict in zip(
            rows, _of_case(rows, cases.get(reference), kind, agency, body, today), strict=True
        ):
            verdicts[id(row)] = verdict
    found = [verdicts[id(answer)] for answer in answers]
    if whole and kind == ReplyKind.APPROVALS:
        found += _left_out(cases.values(), set(by_reference), agency, body)
    return found


def verdict_on(
    answer: Answer,
    application: Application,
    kind: ReplyKind,
    *,
    agency: Agency,
    body: Agency,
    today: date,
    by_hand: bool,
) -> Verdict:
    """What one answer does to this case as it is now."""
    if fault := _fault(answer, application, today):
        return Verdict(*fault, application, None, answer)
    if kind == ReplyKind.APPROVALS:
        return _on_decision(answer, application, agency, body, by_hand=by_hand)
    return _on_payment(answer, application, body)


def _cases(answers: Iterable[Answer], agency: Agency) -> dict[str, Application]:
    references = sorted({answer.reference for answer in answers})
    found: dict[str, Application] = {}
    for start in range(0, len(references), 400):
        rows = Application.objects.filter(number__in=references[start : start + 400], agencies=agency)
        found |= {str(row.number): row for row in rows.select_related("claimant", "organisation", "version")}
    return found


def _of_case(
    rows: list[Answer],
    application: Application | None,
    kind: ReplyKind,
    agency: Agency,
    body: Agency,
    today: date,
) -> list[Verdict]:
    """The verdicts on all rows of one number: one that counts, and those that say it again."""
    if application is None:
        say = _("This number is none of your agency's cases. Ask %(body)s whose it is.") % {
            "body": body.short_name
        }
        return [Verdict(What.STRANGER, say, None, None, row) for row in rows]
    if len({row.said for row in rows}) > 1:
        places = "、".join(str(row.number) for row in rows)
        say = _("Rows %(rows)s say different things of this case. Ask %(body)s which one counts.") % {
            "rows": places,
            "body": body.short_name,
        }
        return [Verdict(What.CONTRADICTORY, say, application, None, row) for row in rows]
    first = replace(rows[0], amount_fen=_sum(rows, application))
    for row in rows:
        if fault := _fault(row, application, today):
            return [Verdict(*fault, application, None, each) for each in rows]
    verdict = verdict_on(first, application, kind, agency=agency, body=body, today=today, by_hand=False)
    again = _("The same as row %(row)s. It counts once.") % {"row": rows[0].number}
    return [verdict, *(Verdict(What.REPEATED, again, application, None, row) for row in rows[1:])]


def _sum(rows: list[Answer], application: Application) -> int | None:
    """What the rows of a roster come to; of a row that stands twice only once."""
    amounts = [row.amount_fen for row in rows]
    if len(rows) == 1 or None in amounts or application.lines.count() < 2:
        return amounts[0]
    return sum(amount or 0 for amount in amounts)


def _fault(answer: Answer, application: Application, today: date) -> tuple[What, str] | None:
    """What is wrong with a row in itself, or with whom it names."""
    if answer.fault or answer.outcome is None or answer.on is None:
        return What.UNREADABLE, answer.fault
    if answer.on > today:
        return What.UNREADABLE, _("The day lies after today. Correct the row.")
    if answer.name and not _is_of(answer.name, application):
        return What.NAME, _("The sheet names “%(sheet)s”, the case %(number)s is of “%(ours)s”.") % {
            "sheet": answer.name,
            "number": application.number,
            "ours": application.party.name,
        }
    if answer.certificate:
        held = application.lines.filter(certificate__isnull=False)
        if not held.filter(certificate__number=answer.certificate).exists():
            return What.CERTIFICATE, _(
                "The sheet names a certificate ending in %(tail)s, which is none of this case."
            ) % {"tail": answer.certificate[-4:]}
    return None


def _is_of(name: str, application: Application) -> bool:
    person = application.claimant
    if same_name(name, application.party.name) or (person and same_person_name(name, person)):
        return True
    return any(
        line.person and same_person_name(name, line.person)
        for line in application.lines.select_related("person")
    )


def _on_decision(
    answer: Answer, application: Application, agency: Agency, body: Agency, *, by_hand: bool
) -> Verdict:
    assert answer.outcome is not None
    mine = {
        s.stage
        for s in outside_stages(agency.pk)
        if (s.programme, s.body) == (application.programme_code, body.pk)
    }
    before = _answers_before(application, mine)
    for row in before:
        if (row.what, row.on, row.document) == (answer.outcome, answer.on, answer.document):
            return Verdict(What.KNOWN, _("Entered already; nothing changes."), application, row.stage, answer)
    waits = stands_outside(application) == body.pk and application.stage in mine
    if not waits:
        return Verdict(*_not_there(application, before, body), application, None, answer)
    out = application.exchange_rows.filter(stage=application.stage).last()
    if out is None and not by_hand:
        say = _(
            "This case never went out to %(body)s. Enter its answer on the page of the case, with a scan."
        )
        return Verdict(What.NOT_THERE, say % {"body": body.short_name}, application, None, answer)
    if other := _other_amount(answer, application, out, body):
        return Verdict(What.AMOUNT, other, application, None, answer)
    if answer.outcome is What.REFUSED and not answer.reason:
        say = _("It was refused, and no reason stands beside it. The applicant has to be told one.")
        return Verdict(What.UNREADABLE, say, application, None, answer)
    return Verdict(answer.outcome, "", application, application.stage, answer)


def _answers_before(application: Application, stages: set[int]) -> list[ReplyRow]:
    rows = application.reply_rows.filter(done_at__isnull=False, reply__kind=ReplyKind.APPROVALS)
    return list(rows.filter(stage__in=stages, what__in=[What.PASSED, What.REFUSED]).order_by("-done_at"))


def _not_there(application: Application, before: list[ReplyRow], body: Agency) -> tuple[What, str]:
    if before:
        return What.CONFLICT, _(
            "Entered before as “%(what)s” of %(day)s. Nothing is overwritten; ask %(body)s which one counts."
        ) % {"what": before[0].get_what_display(), "day": before[0].on, "body": body.short_name}
    return What.NOT_THERE, _("This case does not wait for %(body)s; here it is: %(state)s.") % {
        "body": body.short_name,
        "state": Status(application.status).label,
    }


def _other_amount(
    answer: Answer, application: Application, out: ExchangeRow | None, body: Agency
) -> str | None:
    """Why the amount does not fit: it is not what went out, or the case came to another one meanwhile."""
    now = shares(application, body.pk)[0]
    asked = out.amount_fen if out else now
    if answer.amount_fen is not None and answer.amount_fen != asked and answer.outcome is What.PASSED:
        return _(
            "The sheet says %(sheet)s, the case was handed over with %(asked)s. Ask which one counts."
        ) % {
            "sheet": rules.yuan(answer.amount_fen, language()),
            "asked": rules.yuan(asked, language()),
        }
    return None


def _on_payment(answer: Answer, application: Application, body: Agency) -> Verdict:
    assert answer.outcome is not None
    decision = decided_for(application)
    owed = list(
        Entitlement.objects.filter(decision=decision, payer=body).order_by("instalment") if decision else []
    )
    if not owed:
        say = _("Nothing that %(body)s pays was approved here. Enter its decision first.")
        return Verdict(What.NOT_THERE, say % {"body": body.short_name}, application, None, answer)
    told = {row.entitlement_id: row for row in PaidElsewhere.objects.filter(entitlement__in=owed)}
    for entitlement in owed:
        if entitlement.pk in told and _same_payment(told[entitlement.pk], answer):
            say = _("Entered already; nothing changes.")
            return Verdict(What.KNOWN, say, application, entitlement.instalment, answer)
    open_ones = [each for each in owed if each.pk not in told or told[each.pk].paid_on is None]
    if not open_ones:
        paid = told[owed[-1].pk]
        say = _("Entered before as paid on %(day)s. Nothing is overwritten; ask %(body)s what happened.")
        say = say % {"day": paid.paid_on, "body": body.short_name}
        return Verdict(What.CONFLICT, say, application, None, answer)
    if answer.amount_fen != open_ones[0].amount_fen:
        asked = rules.yuan(open_ones[0].amount_fen, language())
        if answer.amount_fen is None:
            say = _("No amount stands beside it; %(asked)s is owed.") % {"asked": asked}
        else:
            sheet = rules.yuan(answer.amount_fen, language())
            say = _("The sheet says %(sheet)s, %(asked)s is owed. Ask %(body)s.") % {
                "sheet": sheet,
                "asked": asked,
                "body": body.short_name,
            }
        return Verdict(What.AMOUNT, say, application, None, answer)
    assert decision is not None and answer.on is not None
    if answer.on < clock.day_of(application.first_filed_at or decision.at):
        say = _("The day of payment lies before the case was filed. Ask %(body)s.") % {
            "body": body.short_name
        }
        return Verdict(What.UNREADABLE, say, application, None, answer)
    return Verdict(answer.outcome, "", application, open_ones[0].instalment, answer)


def _same_payment(row: PaidElsewhere, answer: Answer) -> bool:
    if answer.outcome is What.PAID:
        return row.paid_on == answer.on and row.amount_fen == answer.amount_fen
    return row.paid_on is None and row.returned_on == answer.on


def _left_out(
    cases: Iterable[Application], references: set[str], agency: Agency, body: Agency
) -> list[Verdict]:
    """What the exchanges that the sheet speaks of still wait for and it does not say."""
    theirs = ExchangeRow.objects.filter(exchange__agency=agency, exchange__body=body)
    spoken = theirs.filter(application__in=[case.pk for case in cases]).values("exchange")
    rows = theirs.filter(exchange__in=spoken, state=RowState.OUT).exclude(reference__in=references)
    say = _("It went out in %(exchange)s and the sheet leaves it out. It can be exported again.")
    return [
        Verdict(
            What.MISSING,
            say % {"exchange": row.exchange.number},
            row.application,
            row.stage,
            Answer(None, row.reference, None, None, name=row.application.party.name[:60]),
        )
        for row in rows.select_related("exchange", "application__claimant", "application__organisation")
    ]
