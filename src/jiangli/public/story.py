"""A filed case as its claimant sees it: where it stands, who does what next, what was paid, what was said."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from jiangli import clock
from jiangli.accounts.models import Agency
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application
from jiangli.applications.sheet import has_roster
from jiangli.applications.stages import (
    agency_at,
    answer_by,
    stage_of,
    waits_for_claimant,
)
from jiangli.applications.status import Status
from jiangli.correspondence.models import Message, MessageState
from jiangli.looks.templatetags.looks import mask_card, written_day
from jiangli.payments.queries import Share, shares_of
from jiangli.payments.status import PaymentStatus
from jiangli.public import checking, sections, telling
from jiangli.reviews.models import Act, Decision, Opinion
from jiangli.reviews.queries import decision_of
from jiangli.reviews.stages import is_outside
from jiangli.reviews.verifying import is_verifying

CODES = {
    Status.DRAFT: "draft",
    Status.SUBMITTED: "submitted",
    Status.RETURNED: "returned",
    Status.APPROVED: "approved",
    Status.REFUSED: "refused",
    Status.WITHDRAWN: "withdrawn",
    Status.LAPSED: "lapsed",
}
PAYMENT = {
    None: "waiting",
    PaymentStatus.DUE: "waiting",
    PaymentStatus.FROZEN: "waiting",
    PaymentStatus.RELEASED: "waiting",
    PaymentStatus.SENT: "sent",
    PaymentStatus.PAID: "paid",
    PaymentStatus.RETURNED: "returned",
    PaymentStatus.UNKNOWN: "querying",
}


@dataclass(frozen=True)
class Story:
    """All that the page of a case needs; made in one go."""

    application: Application
    decision: Decision | None
    opinions: list[Opinion]
    shares: list[Share]
    agencies: dict[str, Agency]

    @property
    def rule(self) -> Any:
        return programme_of(self.application)

    @property
    def code(self) -> str:
        code = CODES[Status(self.application.status)]
        return "reviewing" if code == "submitted" and self.opinions else code

    @property
    def waits_for_card(self) -> bool:
        return self.application.status == Status.SUBMITTED and waits_for_claimant(self.application)

    @property
    def returned(self) -> Opinion | None:
        """The return that waits for the claimant."""
        if self.application.status != Status.RETURNED:
            return None
        return next((one for one in reversed(self.opinions) if one.act == Act.RETURN), None)

    def agency(self, code: str) -> str:
        return telling.name_of(self.agencies[code]) if code in self.agencies else ""


def story_of(application: Application) -> Story:
    found = programme_of(application)
    codes = {s.agency for s in found.stages} | {p.agency for p in found.payers}
    return Story(
        application,
        decision_of(application),
        list(Opinion.objects.filter(application=application)),
        shares_of(application),
        telling.agency_names(code for code in codes if code),
    )


def written(value: Any) -> str:
    return written_day(value, clock.today())


def timed(moment: datetime) -> str:
    local = moment.astimezone(clock.SHANGHAI)
    return f"{written(local)} {local:%H:%M}"


def amount_fen(story: Story) -> int | None:
    """What was decided; before that what the rules made of the claim when it was handed in."""
    if story.decision:
        return story.decision.amount_fen or None
    last = story.application.assessments.first()
    if last is None:
        return None
    if last.amount_fen:
        return last.amount_fen
    if has_roster(story.rule):
        return sum(row["amount_fen"] or 0 for row in last.result.get("lines", [])) or None
    facts = story.rule.dictionary.parse(last.facts)
    return checking.estimate(story.rule, facts, on=last.applied_on).amount_fen


def headline(story: Story) -> str:
    status = Status(story.application.status)
    if story.waits_for_card:
        return _("Please confirm your card")
    return {
        Status.DRAFT: _("Draft"),
        Status.SUBMITTED: _("Under review") if story.opinions else _("Handed in, waiting for review"),
        Status.RETURNED: _("Waiting for your correction"),
        Status.APPROVED: _("Payment approved"),
        Status.REFUSED: _("Not approved"),
        Status.WITHDRAWN: _("Withdrawn"),
        Status.LAPSED: _("Not corrected in time"),
    }[status]


def payer_rows(story: Story) -> list[dict[str, Any]]:
    """Each body with its sum and how far its payment is."""
    rows = []
    for share in story.shares:
        parts = []
        if share.payment:
            parts.append(mask_card(share.payment.account_number))
        if said := telling.paid_elsewhere(share):
            parts.append(said)
        if share.on:
            parts.append(written(share.on))
        rows.append(
            {
                "name": telling.name_of(share.payer),
                "amount_fen": share.amount_fen,
                "why": "，".join(parts) if telling.speech() == "zh" else ", ".join(parts),
                "payment": "returned" if share.came_back_elsewhere else PAYMENT[share.status],
            }
        )
    return rows


def bank_failures(story: Story) -> list[dict[str, Any]]:
    """Payments that came back, with the bank's reason and the way to another card."""
    return [
        {
            "name": telling.name_of(share.payer),
            "amount_fen": share.amount_fen,
            "reason": share.payment.trouble,
            "on": share.payment.returned_on,
            "url": reverse("public:another-card", args=[story.application.pk, share.payment.pk]),
        }
        for share in story.shares
        if share.needs_card and share.payment
    ]


def corrections(story: Story) -> list[dict[str, str]]:
    """What the officer asked to correct, each with the page where it is done."""
    opinion = story.returned
    if opinion is None:
        return []
    return [
        {
            "name": sections.label(story.application, row["field"]),
            "more": row["reason"],
            "url": sections.address(story.application, row["field"]),
            "kind": "condition",
            "code": "faulty",
        }
        for row in opinion.fields
    ]


def now(story: Story) -> tuple[str, str]:
    """What the claimant has to do now, in bold, and what happens meanwhile."""
    status = Status(story.application.status)
    if story.waits_for_card:
        return _("Tell us your card."), _(
            "You are on the published list; nobody applies. The money goes to this card."
        )
    if status == Status.SUBMITTED:
        who = telling.name_of(agency_at(story.application))
        stage = stage_of(story.application)
        if waiting := telling.beyond_review(stage, who, outside=is_outside(stage)):
            return _("You need do nothing now."), waiting
        day = answer_by(story.application)
        meanwhile = _("%(who)s is looking at it. We send a message when there is news.") % {"who": who}
        if day and day >= clock.today():
            meanwhile = _("%(who)s is looking at it and answers by %(day)s.") % {
                "who": who,
                "day": written(day),
            }
        if is_verifying(story.application):
            meanwhile = _(
                "The certificate cannot be found yet; we keep your claim. Once it can be found the review goes "
                "on, and the day you first handed in counts."
            )
        return _("You need do nothing now."), meanwhile
    if status == Status.RETURNED:
        return _("Please correct the points below and hand it in again."), _(
            "Your first filing day still counts."
        )
    if status == Status.REFUSED:
        return _("You can ask for the reasons, or apply anew once they are gone."), ""
    if status == Status.APPROVED:
        return _money_now(story)
    return "", ""


def _money_now(story: Story) -> tuple[str, str]:
    states = {share.status for share in story.shares}
    if PaymentStatus.RETURNED in states:
        return _("Please give another card."), _("The bank sent a payment back. The money is still yours.")
    if states <= {PaymentStatus.PAID}:
        return _("Everything has been paid."), _("You need do nothing more.")
    return _("You need do nothing now."), _("We send a message when the money has arrived.")


def reasons(story: Story) -> list[dict[str, Any]]:
    """Why a claim was not approved, or what of it was left out, each with the words of the law."""
    if story.decision is None or story.decision.outcome == "approved":
        return []
    return [
        {
            "code": "unmet",
            "name": _title(story, reason.get("id", "")),
            "tell": reason.get("tell", ""),
            "quote": reason.get("quote") or "",
            "place": telling.place(story.rule, reason.get("clause")),
            "url": reverse("public:text", args=[story.rule.document.id]),
        }
        for reason in story.decision.reasons
    ]


def exceptions(story: Story) -> list[dict[str, Any]]:
    """Which conditions two officers waived for this claim, each with their reason and the words of the law."""
    if story.decision is None:
        return []
    return [
        {
            "code": "met",
            "name": _title(story, reason["id"]),
            "tell": _("By exception: %(why)s") % {"why": reason["why"]},
            "quote": reason["quote"],
            "place": telling.place(story.rule, reason["clause"]),
            "url": reverse("public:text", args=[story.rule.document.id]),
        }
        for reason in story.decision.by_exception
    ]


def refusal(story: Story) -> str:
    """What the officer wrote about a refusal."""
    return next((one.text for one in reversed(story.opinions) if one.act == Act.REFUSE), "")


def _title(story: Story, id: str) -> str:
    try:
        condition = story.rule.condition(id)
    except KeyError:
        return id
    return condition.title.say(telling.speech()) if condition.title else id


def letters(application: Application) -> list[dict[str, Any]]:
    """The messages about this case, as they were sent, in the reader's language."""
    rows = Message.objects.about(application.pk).select_related("wording").order_by("written_at")
    return [letter(row) for row in rows if row.text]


def letter(message: Message) -> dict[str, Any]:
    """A message as its reader sees it."""
    return {
        "from": message.title(telling.speech()),
        "text": message.said(telling.speech()),
        "at": timed(message.written_at),
        "more": _how(MessageState(message.state)),
    }


def _how(state: MessageState) -> str:
    if state == MessageState.FAILED:
        return _("It did not reach your phone.")
    return _("To be read here only: we know no phone of yours.") if state == MessageState.KEPT else ""


def facts(story: Story) -> list[dict[str, str]]:
    application = story.application
    rows = [{"key": _("Applicant"), "value": application.party.name}]
    if application.organisation and application.claimant:
        rows.append({"key": _("Handed in by"), "value": application.organisation.name})
    if application.number:
        rows.append({"key": _("Acceptance number"), "value": application.number})
    return rows


def stamped_on(story: Story) -> date | None:
    return clock.day_of(story.decision.at) if story.decision else None
