"""The law at run time: published versions as immutable rows, and the one in force of each programme."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from jiangli.accounts.models import Agency


class VersionQuerySet(models.QuerySet["Version"]):
    def update(self, **kwargs: object) -> int:
        raise TypeError("A published version is never changed; publish a new one.")


class Version(models.Model):
    """A programme as it was published: all files it is made of, addressed by the hash of their content."""

    programme_code = models.SlugField(max_length=80)
    hash = models.CharField(max_length=64)
    sources = models.JSONField()  # relative path → text
    published_at = models.DateTimeField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme_code", "hash"], name="version_once")]

    def __str__(self) -> str:
        return f"{self.programme_code}@{self.hash[:12]}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A published version is never changed; publish a new one.")
        super().save(*args, **kwargs)


class Mode(models.TextChoices):
    OPEN = "open", _("Open")
    REFERENCE = "reference", _("For reference")
    CLOSED = "closed", _("Closed")


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: object) -> ProgrammeQuerySet:
        """The law is public."""
        return self

    def with_law(self) -> ProgrammeQuerySet:
        """With agency and version, but without the long texts, which a compiled programme does not need."""
        return self.select_related("version", "agency").defer("version__sources")


class Programme(models.Model):
    """One payable programme of this installation, its version in force and its mode.

    ``proposals`` serve estimates only and are no part of the version.
    """

    code = models.SlugField(primary_key=True, max_length=80)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="programmes")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=12, choices=Mode.choices, default=Mode.OPEN)
    correct_within_days = models.PositiveSmallIntegerField(null=True)  # its own period; None: the agency's
    position = models.PositiveSmallIntegerField(default=0)
    proposals = models.JSONField(default=dict, blank=True)  # proposed overlays beside it: path → text

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code
