"""Reasons why not, for officers. One function serves the button, its tooltip and the guard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import rules
from jiangli.accounts.models import User
from jiangli.accounts.queries import roles_of, stands_in_for
from jiangli.accounts.roles import Role
from jiangli.applications.assessing import Assessed, programme_of
from jiangli.applications.banned import banned
from jiangli.applications.guard import Key, unguarded, wanted_keys
from jiangli.applications.models import Application, Channel, Line, LineState
from jiangli.applications.permissions import cannot_be_paid_to, is_own, payee_of
from jiangli.applications.queries import keyed_in_by, language
from jiangli.applications.sheet import CLAIMANTS_WORD, has_roster
from jiangli.applications.stages import waits_for_claimant
from jiangli.applications.status import Status
from jiangli.registers.models import ListRow
from jiangli.registers.names import same_person_name
from jiangli.registers.queries import certificate_conflict
from jiangli.reviews.holds import Hold, holds_to_show
from jiangli.reviews.models import Act, Decision
from jiangli.reviews.stages import is_outside, is_review, roles_at

NUMBERED = re.compile(r"[A-Z]+\d+[a-z]?")  # E1, X8: as the text of the programme and the pages name them


def cannot_review(application: Application, user: User, *, on: date) -> str | None:
    """Why this officer cannot act on this case at the stage where it stands."""
    if reason := cannot_deal(application, user, on=on):
        return reason
    officer = assigned_to(application)
    if officer and officer.is_active and officer not in stands_in_for(user, on=on):
        return _("%(name)s is dealing with this case.") % {"name": officer.name}
    return None


def cannot_deal(application: Application, user: User, *, on: date) -> str | None:
    """The same, whoever deals with the case now: what stands between this officer and being given it."""
    if application.status != Status.SUBMITTED:
        return _("This case is not waiting for a review.")
    programme = programme_of(application)
    stage = programme.stages[application.stage]
    if not is_review(stage):
        if waits_for_claimant(application):
            return _("The case is waiting for the applicant's card.")
        return _("The case stands at “%(stage)s”. Nobody reviews it there.") % {
            "stage": stage.title.say("zh")
        }
    if is_outside(stage):
        return _("This stage is worked at in another system. Its answer is imported.")
    if stage.agency != user.agency_id:
        return _("The case is with another agency at this stage.")
    if not roles_at(programme, application.stage) & roles_of(user, on=on):
        return _("Your post does not include this stage.")
    return _another_has_to(application, user, on=on)


def _another_has_to(application: Application, user: User, *, on: date) -> str | None:
    """Different people at each stage, whether they act themselves or through a deputy."""
    holder = acting_for(application, user, on=on)
    people = {user, holder} if holder else {user}
    if is_own(application, people):
        return _("Nobody handles their own case. A colleague has to take it.")
    stages = programme_of(application).stages
    others = [i for i, stage in enumerate(stages) if is_review(stage) and i != application.stage]
    elsewhere = application.opinions.passes().filter(stage__in=others)
    if elsewhere.filter(Q(by__in=people) | Q(on_behalf_of__in=people)).exists():
        return _("You passed this case at an earlier stage. Another officer has to decide here.")
    if decided_before(application, people):
        return _("You passed or refused this case before. Another officer looks at it again.")
    if brought_in_by(application, people):
        return _("You brought this list in. Another officer has to decide here.")
    if keyed_in_by(application, people):
        return _("You keyed this case in. Another officer has to decide here.")
    return None


def decided_before(application: Application, people: Iterable[User]) -> bool:
    """True if one of these people had a part in a decision on the case that was set aside."""
    aside = Decision.objects.filter(application=application, set_aside_at__isnull=False).last()
    if aside is None:
        return False
    earlier = application.opinions.filter(act__in=[Act.PASS, Act.REFUSE], at__lte=aside.at)
    return earlier.filter(Q(by__in=people) | Q(on_behalf_of__in=people)).exists()


def brought_in_by(application: Application, people: Iterable[User]) -> bool:
    """True if one of these people imported the list by which the case came."""
    rows = ListRow.objects.filter(
        person=application.claimant,
        published_list__programme_code=application.programme_code,
        published_list__imported_by__in=people,
    )
    return application.channel == Channel.LIST and rows.exists()


def assigned_to(application: Application) -> User | None:
    """The officer who deals with the case at its stage."""
    row = application.assignments.filter(stage=application.stage).select_related("officer").first()
    return row.officer if row else None


def cannot_pass(application: Application, user: User, assessed: Assessed, *, on: date) -> str | None:
    """Why the case cannot be passed: by whom, or because something in it is false or not settled."""
    reason = cannot_review(application, user, on=on) or banned(application, on=on) or found_false(application)
    return reason or cannot_go_on(application, assessed)


def found_false(application: Application) -> str | None:
    """Why a case cannot go on in which two officers found something false: nothing more is decided to be paid."""
    found = application.findings.filter(finding__state__in=["confirmed", "closed"]).first()
    if found is None:
        return None
    return _(
        "Finding %(number)s stands against this case. Refuse the case, or have the finding set aside."
    ) % {"number": found.finding.number}


def cannot_go_on(application: Application, assessed: Assessed) -> str | None:
    """Why the case itself cannot go on, whoever says so: something in it is false, held or not settled."""
    if assessed.wrong:
        return _("%(ids)s: not met. Refuse the case, or return it.") % {"ids": _ids(assessed.wrong)}
    if assessed.faults:
        return _("%(ids)s: to be corrected. Return the case.") % {"ids": _ids(assessed.faults)}
    if reason := held_by(holds_to_show(application, assessed)):
        return reason
    if assessed.above:
        return assessed.above.words.say(language())
    if assessed.open:
        return _("%(ids)s: look up what is not known yet, then pass.") % {"ids": _ids(assessed.open)}
    if reason := _lines_not_settled(assessed):
        return reason
    if not assessed.answer.amount_fen:
        return _("The amount is not settled yet.")
    return cannot_be_paid(application, assessed)


def _lines_not_settled(assessed: Assessed) -> str | None:
    """Why the lines of a roster keep the case from passing: some are open, or none is left that is paid."""
    if not has_roster(assessed.programme):
        return None
    tally = assessed.tally
    if open_ones := tally.of(LineState.OPEN):
        return ngettext(
            "%(n)s line is open. Look up what is not known, strike it off, or return the case for it.",
            "%(n)s lines are open. Look up what is not known, strike them off, or return the case for them.",
            open_ones,
        ) % {"n": open_ones}
    if not tally.standing:
        return _("No line is left that can be paid. Refuse the case, or return it.")
    return None


def cannot_leave_out(assessed: Assessed, seen: int) -> str | None:
    """Why the case cannot be passed with ``seen`` lines falling away: as many as that do not."""
    falling = assessed.tally.falling
    if falling == seen:
        return None
    return ngettext(
        "%(n)s line falls away. Look at it and confirm that you have seen it.",
        "%(n)s lines fall away. Look at them and confirm that you have seen them.",
        falling,
    ) % {"n": falling}


def held_by(holds: Iterable[Hold]) -> str | None:
    """Why a case that is held cannot be passed: what has to be waited for, or an officer has to settle."""
    standing = [hold for hold in holds if hold.stands]
    if waiting := [hold for hold in standing if hold.waits]:
        return " ".join(waiting[0].say)
    if stopped := [hold.id for hold in standing if hold.settled]:
        return _("%(ids)s: settled as the same thing. Refuse the case for it.") % {"ids": "、".join(stopped)}
    if open_holds := [hold.id for hold in standing]:
        return _("%(ids)s: this holds the case. Look at what was met, and settle it with a reason.") % {
            "ids": "、".join(open_holds)
        }
    return None


def cannot_settle_hold(
    application: Application, user: User, holds: Iterable[Hold], limit: str, *, on: date
) -> str | None:
    """Why this officer cannot settle what a limit holds: the stage, the post, or there is nothing to settle."""
    if reason := cannot_review(application, user, on=on):
        return reason
    mine = [hold for hold in holds if hold.id == limit]
    if said := next((hold.interpretation for hold in mine if hold.interpretation), None):
        return _("Interpretation %(number)s settles this for every case.") % {"number": said.number}
    if any(not hold.waits for hold in mine):
        return None
    if mine:
        return " ".join(mine[0].say)
    return _("Nothing holds this case for %(id)s.") % {"id": limit}


def cannot_be_paid(application: Application, assessed: Assessed) -> str | None:
    """Why money would go wrong whatever the conditions say: another's account or certificate, no key held.

    Lines that fall away are not paid and keep nothing from being paid. Where the lines were only counted, theirs
    is found at the pass itself, which reads them.
    """
    if reason := cannot_be_paid_to(payee_of(application), application.account_name):
        return reason
    if assessed.counted is not None:
        return None
    results = assessed.answer.lines
    lines = application.lines.select_related("person", "certificate")
    for place, line in enumerate(lines):
        paid = results is None or results[place].outcome is rules.Outcome.ELIGIBLE
        if line.person and paid and (reason := _not_one_person(line)):
            return reason if results is None else _of_line(line.number, reason)
    if limits := unguarded(assessed):
        ids = "、".join(_named(limit.condition) for limit in limits)
        return _(
            "%(ids)s: the number that is counted once is missing. Look it up, or return the case for it."
        ) % {"ids": ids}
    held = {Key(r.limit, r.subject, r.period) for r in application.reservations.filter(released_at=None)}
    if wanted_keys(assessed) - held:
        return _("The case does not hold what is paid once. Return it, so that it is handed in again.")
    return None


def _of_line(number: int, reason: str) -> str:
    return _("Line %(number)s: %(reason)s") % {"number": number, "reason": reason}


def _not_one_person(line: Line) -> str | None:
    """Why the names on a line cannot be one person's: of the list, the register, the certificate."""
    person, listed = line.person, line.listed.get("certificate.holder_name")
    assert person is not None
    if listed and not same_person_name(listed, person):
        return _(
            "The list has “%(listed)s”, the member register “%(known)s”. Find out whether they are one person; "
            "the register then keeps the former name, and the case can be passed."
        ) % {"listed": listed, "known": person.name}
    return certificate_conflict(person, line.certificate)


def _ids(findings: list) -> str:  # type: ignore[type-arg]
    return "、".join(_named(finding.condition) for finding in findings)


def _named(condition: rules.Condition) -> str:
    """A condition as officers read it: its number, or, where its id is a word for authors, its title."""
    if NUMBERED.fullmatch(condition.id) or not condition.title:
        return condition.id
    return f"“{condition.title.say(language())}”"


def cannot_refuse_for(assessed: Assessed, ids: list[str], holds: Iterable[Hold] = ()) -> str | None:
    """Why the case cannot be refused for these conditions: they are met, or nobody has settled them yet.

    What holds a case is a ground once an officer has settled that it is the same thing.
    """
    states = {finding.id: finding.state for finding in assessed.answer.findings}
    states |= dict.fromkeys(conditions_of_lost_lines(assessed), False)
    stopped = {hold.id for hold in holds if hold.settled and hold.stands}
    settled = [id for id in ids if states.get(id) is False or id in stopped]
    if len(settled) == len(ids):
        return None
    others = "、".join(id for id in ids if id not in settled)
    return _("%(ids)s: not found to be unmet. Look it up and note what you found, then refuse.") % {
        "ids": others
    }


def conditions_of_lost_lines(assessed: Assessed) -> dict[str, list[int]]:
    """Where a roster has no line left that is paid or open: what its lines fail, with the numbers of these lines."""
    lines = assessed.answer.lines or ()
    if any(line.outcome is not rules.Outcome.INELIGIBLE for line in lines):
        return {}
    found: dict[str, list[int]] = {}
    for number, line in enumerate(lines, 1):
        for id in line.failed:
            found.setdefault(id, []).append(number)
    return found


def cannot_strike(application: Application, line: Line, user: User, *, on: date) -> str | None:
    """Why the officer cannot strike this line off the roster, or put it back."""
    if line.application_id != application.pk or not has_roster(programme_of(application)):
        return _("This case has no such line.")
    return cannot_review(application, user, on=on)


def cannot_look_up(application: Application, user: User, *, on: date) -> str | None:
    """Why the officer cannot record a look-up for this case now."""
    return cannot_review(application, user, on=on)


def cannot_be_looked_up(programme: rules.Programme, fact: str) -> str | None:
    """Why nobody can find this fact by hand: no condition reads it, or it is the claimant's to state."""
    if fact not in programme.facts_read:
        return _("No condition of this programme reads this fact.")
    if programme.dictionary[fact].source in CLAIMANTS_WORD:
        return _("Only the applicant can state this. Return the case for it.")
    return None


def cannot_see_numbers(application: Application, user: User, *, on: date) -> str | None:
    """Why an officer cannot see a personal number of this case in full."""
    if not Application.objects.visible_to(user).filter(pk=application.pk).exists():
        return _("Only officers who deal with this case can see this number.")
    if not roles_of(user, on=on) & {Role.REVIEWER, Role.APPROVER, Role.CASHIER}:
        return _("Your post does not need this number.")
    return None


def acting_for(application: Application, user: User, *, on: date) -> User | None:
    """The absent officer that ``user`` stands in for on this case, if it is one's."""
    others = stands_in_for(user, on=on) - {user}
    officer = assigned_to(application)
    if officer in others:
        return officer
    roles = roles_at(programme_of(application), application.stage)
    if user.posts.filter(role__in=roles).exists():
        return None
    return next((other for other in others if other.posts.filter(role__in=roles).exists()), None)
