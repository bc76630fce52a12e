"""The way of a case as a timeline: handing in, each stage, each payment, the end."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jiangli import clock, rules
from jiangli.applications.stages import first_after_filing
from jiangli.applications.status import Status
from jiangli.payments.queries import Share
from jiangli.payments.status import PaymentStatus
from jiangli.public import telling
from jiangli.public.notices import notice_of
from jiangli.public.story import Story, timed, written
from jiangli.reviews.deliberation.queries import DELIBERATE
from jiangli.reviews.models import Act


def steps(story: Story) -> list[dict[str, str]]:
    """The timeline: handing in, each stage, each payment, the end."""
    found = [_filed(story)]
    ended = Status(story.application.status) in (Status.REFUSED, Status.WITHDRAWN, Status.LAPSED)
    by_list = story.application.channel == "list"
    for at, stage in enumerate(story.rule.stages):
        if stage.kind == "pay":
            if not ended:
                found += _payment_steps(story)
            continue
        if stage.kind == "file" and stage.agency != "claimant":
            continue
        if not by_list and at < first_after_filing(story.rule):
            continue  # what came before is no part of the case
        found += _stage_steps(story, at, stage, ended)
    if story.application.status == Status.WITHDRAWN:
        closed = story.application.closed_at
        found.append({"title": _("Withdrawn"), "more": timed(closed) if closed else "", "at": "ended"})
    return found


def _filed(story: Story) -> dict[str, str]:
    application = story.application
    by_list = application.channel == "list"
    return {
        "title": _("Entered from the published list") if by_list else _("Handed in"),
        "more": timed(application.first_filed_at) if application.first_filed_at else "",
        "at": "done",
    }


def _stage_steps(story: Story, at: int, stage: Any, ended: bool) -> list[dict[str, str]]:
    lang = telling.speech()
    name = _step_name(story, stage, lang)
    found = []
    said = _standing(story, at)
    for opinion in said:
        day = written(clock.day_of(opinion.at))
        if stage.kind == DELIBERATE and opinion.text:
            day = f"{day} · {opinion.text}"  # the meeting, its minutes, and what they say
        if opinion.act == Act.PASS:
            found.append({"title": _("%(stage)s: passed") % {"stage": name}, "more": day, "at": "done"})
        elif opinion.act == Act.AGAIN:
            found.append(
                {"title": _("%(stage)s: looked at again") % {"stage": name}, "more": day, "at": "done"}
            )
        elif opinion.act == Act.RETURN:
            waiting = story.returned is not None and opinion.pk == story.returned.pk
            title = _("%(stage)s: sent back to you for correction") % {"stage": name}
            found.append({"title": title, "more": day, "at": "held" if waiting else "done"})
        else:
            found.append(
                {"title": _("%(stage)s: not approved") % {"stage": name}, "more": day, "at": "ended"}
            )
    here = story.application.stage == at and story.application.status == Status.SUBMITTED
    if ended or (not here and any(one.act == Act.PASS for one in said)):
        return found
    if here or not found or (story.application.stage < at and said[-1].act == Act.AGAIN):
        step_at = "now" if here else "next"
        if here and stage.kind == "file":
            return [*found, {"title": _("You confirm your card"), "more": "", "at": "held"}]
        if story.application.stage > at:
            return [*found, {"title": name, "more": "", "at": "done"}]
        more = (_noticed(story, at, stage) or _again(story, found)) if here else ""
        return [*found, {"title": name, "more": more, "at": step_at}]
    return found


def _standing(story: Story, at: int) -> list[Any]:
    """What was said at a stage, without passes that were taken back."""
    found: list[Any] = []
    for opinion in (one for one in story.opinions if one.stage == at):
        if opinion.act == Act.UNDO:
            found.pop()
        else:
            found.append(opinion)
    return found


def _noticed(story: Story, at: int, stage: Any) -> str:
    """The days of the public notice that is up now."""
    notice = notice_of(story.application) if stage.kind == "publish" else None
    return notice.words if notice and notice.stage == at else ""


def _again(story: Story, earlier: list[dict[str, str]]) -> str:
    if earlier and story.application.submitted_at and story.application.status == Status.SUBMITTED:
        return _("Handed in again on %(day)s") % {
            "day": written(clock.day_of(story.application.submitted_at))
        }
    return ""


def _step_name(story: Story, stage: rules.Stage, lang: str) -> str:
    title, who = stage.title.say(lang), story.agencies.get(stage.agency)
    if stage.outside or (who is not None and not who.works_here):
        title = _("%(stage)s (in another system)") % {"stage": title}
    if who is None:
        return title
    return f"{who.short_name}{title}" if lang == "zh" else f"{who.name_en}: {title}"


def _payment_steps(story: Story) -> list[dict[str, str]]:
    if not story.shares:
        return [{"title": _("The money arrives"), "more": "", "at": "next"}]
    found = [_payment_step(story, share) for share in story.shares]
    if len(found) > 1 or any(step["at"] != "done" for step in found):
        whole = all(share.status == PaymentStatus.PAID for share in story.shares)
        found.append({"title": _("All paid, closed"), "more": "", "at": "done" if whole else "next"})
    return found


def _payment_step(story: Story, share: Share) -> dict[str, str]:
    who = share.payer.short_name if telling.speech() == "zh" else share.payer.name_en
    values = {"who": who, "sum": telling.rules_yuan(share.amount_fen)}
    if share.status == PaymentStatus.PAID:
        return {"title": _("%(sum)s of %(who)s arrived") % values, "more": written(share.on), "at": "done"}
    if share.status == PaymentStatus.SENT:
        sent = share.payment.sent_at if share.payment else None
        more = _("Given to the bank on %(day)s") % {"day": written(clock.day_of(sent))} if sent else ""
        return {"title": _("%(sum)s of %(who)s: with the bank") % values, "more": more, "at": "now"}
    if share.status == PaymentStatus.RETURNED:
        return {
            "title": _("%(sum)s of %(who)s: the bank sent it back") % values,
            "more": written(share.on),
            "at": "held",
        }
    if share.status == PaymentStatus.UNKNOWN:
        return {"title": _("%(sum)s of %(who)s: we are asking the bank") % values, "more": "", "at": "now"}
    if share.came_back_elsewhere:
        values["on"] = written(share.on)
        return {
            "title": _("%(sum)s of %(who)s: its bank sent it back") % values,
            "more": values["on"],
            "at": "now",
        }
    if not share.payer.works_here:
        return {
            "title": _("%(sum)s of %(who)s: paid there, we wait for word") % values,
            "more": "",
            "at": "next",
        }
    return {"title": _("%(sum)s of %(who)s: waiting for its batch") % values, "more": "", "at": "next"}
