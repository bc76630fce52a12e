"""What officers do with a case: assignment, look-ups, opinions, the decision and what follows from it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency, User
from jiangli.applications.models import Application, Assessment, Line
from jiangli.programmes.models import Adoption, Version
from jiangli.registers.models import Certificate
from jiangli.reviews.attachments.models import Attachment
from jiangli.reviews.outside.models import Exchange  # noqa: F401  as have exchanges with other bodies
from jiangli.reviews.ratings.models import LookInto, Rating  # noqa: F401  ratings have files of their own


class Assignment(models.Model):
    """Who deals with a case at a stage. A corrected case comes back to the same officer."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assignments")
    stage = models.PositiveSmallIntegerField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "stage"], name="assigned_once")]

    def __str__(self) -> str:
        return f"{self.application} {self.stage}"


class LookUp(models.Model):
    """An officer looked a fact up by hand: who, where, when, what was found, and for which certificate.

    What was not found (``found`` is False) leaves the fact unknown; it is never read as false. Its key counts up: of
    two in one moment the later one counts.
    """

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="look_ups")
    line = models.ForeignKey(
        Line, null=True, on_delete=models.CASCADE, related_name="look_ups"
    )  # of a roster; None: of the case itself
    certificate = models.ForeignKey(Certificate, null=True, on_delete=models.PROTECT, related_name="+")
    fact = models.CharField(max_length=80)
    found = models.BooleanField(default=True)
    value = models.JSONField(null=True)  # the contract's value; None where it was not found
    place = models.CharField(max_length=120)
    site = models.CharField(max_length=200, blank=True)  # address of the register's page
    picture = models.ForeignKey(
        Attachment, null=True, on_delete=models.PROTECT, related_name="look_ups"
    )  # of what the page showed; one for many lines
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(found=True) | Q(value__isnull=True), name="not_found_has_no_value"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fact} {self.application}"


class Strike(models.Model):
    """A line of a roster that an officer left out, and why; until it is lifted the line counts for nothing."""

    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="strikes")
    condition = models.CharField(max_length=40)  # id of the condition whose clause it rests on
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["line"], condition=Q(lifted_at=None), name="struck_once"),
            models.CheckConstraint(
                condition=Q(lifted_by=None, lifted_at=None)
                | Q(lifted_by__isnull=False, lifted_at__isnull=False),
                name="strike_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.condition}"


class Act(models.TextChoices):
    PASS = "pass", _("Passed")
    RETURN = "return", _("Returned for correction")
    REFUSE = "refuse", _("Refused")
    AGAIN = "again", _("Sent back to review")  # by an objection or a meeting; the claimant has nothing to do
    UNDO = "undo", _("Pass taken back")  # by whoever passed it, before anybody else touched it


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def passes(self) -> OpinionQuerySet:
        """The passes that stand: one that was taken back is followed by the act that took it."""
        following = Opinion.objects.filter(application=OuterRef("application"), pk__gt=OuterRef("pk"))
        next_act = Subquery(following.order_by("pk").values("act")[:1])
        found = self.filter(act=Act.PASS).annotate(next_act=next_act)
        return found.filter(Q(next_act=None) | ~Q(next_act=Act.UNDO))


class Opinion(models.Model):
    """What an officer did at a stage, and said. ``fields``: [{"field", "reason"}] of a return."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="opinions")
    stage = models.PositiveSmallIntegerField()
    stage_title = models.CharField(max_length=40)
    act = models.CharField(max_length=8, choices=Act.choices)
    text = models.TextField(blank=True)
    fields = models.JSONField(default=list)
    conditions = models.JSONField(default=list)  # ids of the conditions a refusal rests on
    account = models.JSONField(default=dict)  # of a return, as it stood: {"name", "bank", "tail", "index"}
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="opinions")
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )  # the absent officer a deputy stood in for
    at = models.DateTimeField()

    objects = OpinionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.act}"


class Settling(models.TextChoices):
    GO_ON = "go_on", _("Not the same thing: it may be paid")
    STOP = "stop", _("The same thing: it is not paid")


class HoldSettled(models.Model):
    """An officer looked at what holds a case, and decided. ``met`` is what they saw: anything more is asked anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="holds_settled")
    limit = models.CharField(max_length=60)  # id of the limit or remark in the programme file
    decision = models.CharField(max_length=8, choices=Settling.choices)
    reason = models.TextField()
    met = models.JSONField()  # [what was met, by keys and numbers]
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.limit} {self.decision}"


class KeptHolds(models.Model):
    """What held a roster when its lines were last assessed for officers, so that no page assesses them.

    ``found``: [{"id", "waits", "met"}], ``met`` the refs with their words.
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="kept_holds")
    found = models.JSONField(default=list)
    at = models.DateTimeField()

    objects: models.Manager[KeptHolds] = models.Manager()

    def __str__(self) -> str:
        return f"{self.application} {len(self.found)}"


class DecisionOutcome(models.TextChoices):
    APPROVED = "approved", _("Approved")
    PART = "part", _("Approved in part")
    REFUSED = "refused", _("Refused")


class Decision(models.Model):
    """The end of the stages before the money, with the version of the law it rests on.

    A case has one at a time; a reconsideration sets it aside, and the case is decided anew.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=10, choices=DecisionOutcome.choices)
    amount_fen = models.PositiveBigIntegerField()
    reasons = models.JSONField(default=list)  # [{"id", "tell", "quote", "clause"}] of a refusal
    by_exception = models.JSONField(default=list)  # the same with "why": what two officers waived
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["approved", "part"], amount_fen__gt=0)
                | Q(outcome="refused", amount_fen=0),
                name="decision_amount_fits",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(set_aside_at=None), name="decided_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.outcome}"


class ReadoptedQuerySet(models.QuerySet["Readopted"]):
    def visible_to(self, user: User) -> ReadoptedQuerySet:
        return self.filter(decision__application__in=Application.objects.visible_to(user))


class Readopted(models.Model):
    """A decision that was made by a draft, asked again under the adopted version with the facts of that day.

    ``same``: outcome and shares are the same, so that it is paid. Else a new decision is needed, for ``differs``.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="readopted")
    adoption = models.ForeignKey(Adoption, on_delete=models.PROTECT, related_name="readopted")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    same = models.BooleanField()
    amount_fen = models.PositiveBigIntegerField(null=True)  # by the adopted version; None: nobody can say
    differs = models.JSONField(default=dict)  # {"outcome", "failed": [ids], "early": bool}
    at = models.DateTimeField()

    objects = ReadoptedQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "version"], name="readopted_once_by_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.same}"


class EntitlementQuerySet(models.QuerySet["Entitlement"]):
    def visible_to(self, user: User) -> EntitlementQuerySet:
        return self.filter(decision__application__in=Application.objects.visible_to(user))


class Entitlement(models.Model):
    """What one payer owes for one decision and instalment; payments are made for it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="entitlements")
    payer = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    instalment = models.PositiveSmallIntegerField(default=1)
    amount_fen = models.PositiveBigIntegerField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(
        null=True
    )  # what is stopped is not paid: no payment falls due or goes out
    stopped_because = models.CharField(max_length=300, blank=True)

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "payer", "instalment"], name="entitled_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="entitlement_positive"),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True, stopped_because="")
                | (Q(stopped_at__isnull=False) & ~Q(stopped_because="")),
                name="entitlement_stopped_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} {self.payer_id}"


from jiangli.reviews.deliberation import models as _deliberation  # noqa: E402,F401
from jiangli.reviews.fraud import models as _fraud  # noqa: E402,F401  Django finds models from here
from jiangli.reviews.next_claims import models as _next_claims  # noqa: E402,F401
from jiangli.reviews.overrides import models as _overrides  # noqa: E402,F401
from jiangli.reviews.publicity import models as _publicity  # noqa: E402,F401
from jiangli.reviews.reconsidering import models as _reconsidering  # noqa: E402,F401
from jiangli.reviews.selection import models as _selection  # noqa: E402,F401  likewise
from jiangli.reviews.work import models as _work  # noqa: E402,F401
