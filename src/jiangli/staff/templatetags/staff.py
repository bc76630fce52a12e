"""Addresses of the list one is looking at, with one thing changed."""

from typing import Any

from django import template
from django.template.context import Context

register = template.Library()


@register.simple_tag(takes_context=True)
def here_with(context: Context, **changes: Any) -> str:
    """`?…` with some names set, or left out when the value is blank. Changing anything goes back to page 1."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in ("", None):
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def here_without(context: Context, name: str, value: str) -> str:
    """`?…` without one value of one name: what the cross of a chip leads to."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query.setlist(name, [kept for kept in query.getlist(name) if kept != str(value)])
    return f"?{query.urlencode()}"
