"""Forms of the office's work: to whom a case goes, many at once, words that are kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiangli.accounts.models import User
from jiangli.accounts.roles import Role
from jiangli.programmes.models import Programme
from jiangli.reviews.work.models import Phrase
from jiangli.staff.words import title_of


def colleagues(user: User) -> list[tuple[str, str]]:
    """Officers of the agency with a post at the stages, each with their posts."""
    people = User.objects.visible_to(user).filter(
        is_active=True, posts__role__in=[Role.REVIEWER, Role.APPROVER]
    )
    found = people.distinct().prefetch_related("posts").order_by("name")
    return [
        (str(one.pk), f"{one}（{'、'.join(post.get_role_display() for post in one.posts.all())}）")
        for one in found
    ]


class HandOverForm(forms.Form):
    to = forms.ChoiceField(label=gettext_lazy("To whom"))
    text = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        label=gettext_lazy("A word to them"),
        help_text=gettext_lazy("How far the case is, or why you hand it over. Only officers see it."),
    )

    def __init__(self, *args: Any, officer: User, needed: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", _("Please choose")), *colleagues(officer)]  # type: ignore[attr-defined]
        self.fields["text"].required = needed

    @property
    def officer(self) -> User:
        found: User = User.objects.get(pk=self.cleaned_data["to"])
        return found


class PhraseForm(forms.ModelForm[Phrase]):
    for_all = forms.BooleanField(required=False, label=gettext_lazy("For the whole agency"))
    programme_code = forms.ChoiceField(required=False, label=gettext_lazy("Only for one programme"))

    class Meta:
        model = Phrase
        fields = ("kind", "text", "programme_code", "order")
        labels = {
            "kind": gettext_lazy("For which act"),
            "text": gettext_lazy("Words"),
            "order": gettext_lazy("Place in the list"),
        }

    def __init__(self, *args: Any, may_lead: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        laws = [(row.code, title_of(row.version)) for row in Programme.objects.with_law()]
        self.fields["programme_code"].choices = [("", _("All programmes")), *laws]  # type: ignore[attr-defined]
        self.fields["order"].required = False
        if may_lead:
            self.fields["for_all"].initial = bool(self.instance.pk and self.instance.officer_id is None)
        else:
            del self.fields["for_all"]

    def clean_order(self) -> int:
        return self.cleaned_data["order"] or 0
