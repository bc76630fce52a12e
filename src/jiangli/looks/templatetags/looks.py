"""Icons, states and the few ways we write amounts, days and card numbers."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiangli.looks.icons import icon_names
from jiangli.looks.states import state_of

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "clock" %}`: beside a word, so hidden from screen readers."""
    if name not in icon_names():
        raise template.TemplateSyntaxError(f"No icon {name!r} in static/looks/icons.svg")
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"/></svg>',
        static("looks/icons.svg"),
        name,
    )


@register.simple_tag
def state(kind: str, code: str | bool | None, word: Any = "") -> SafeString:
    """`{% state "condition" code %}`; `word` says it more exactly, as in `1 项待核`."""
    row = state_of(kind, code)
    return format_html(
        '<span class="state state--{}">{}<span>{}</span></span>', row.colour, icon(row.icon), word or row.word
    )


@register.filter
def yuan(fen: int | str | None) -> str:
    """120000 → "1,200.00". For tables; whole fen only."""
    if fen is None or fen == "":
        return ""
    fen = int(fen)
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02}"


@register.filter
def yuan_short(fen: int | None) -> str:
    """120000 → "1,200", 120050 → "1,200.50". For headlines."""
    return yuan(fen).removesuffix(".00")


def _day(value: date | datetime | str) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return date.fromisoformat(value) if isinstance(value, str) else value


def written_day(value: date | datetime | str | None, today: date | None = None) -> str:
    """ "12 月 1 日", or with the year when it is not this one. In English "1 December"."""
    if not value:
        return ""
    day = _day(value)
    this_year = today is not None and _day(today).year == day.year
    if (get_language() or "zh").startswith("zh"):
        short = f"{day.month} 月 {day.day} 日"
        return short if this_year else f"{day.year} 年 {short}"
    return f"{day.day} {day:%B}" if this_year else f"{day.day} {day:%B} {day.year}"


@register.filter
def zh_day(value: date | datetime | str | None, today: date | None = None) -> str:
    """`{{ day|zh_day:today }}`. Without `today` the year is always written."""
    return written_day(value, today)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime | str | None) -> str:
    """`{% day value %}`: as `zh_day`, with `today` from the page."""
    return written_day(value, context.get("today"))


@register.filter
def mask_card(number: str | None) -> str:
    """The last four figures of a card: "尾号 0000"."""
    return _("ending in %(last)s") % {"last": str(number)[-4:]} if number else ""


@register.simple_tag
def ticks(index: int, total: int) -> dict[str, Any]:
    """Where the marks of the question scale stand, in hundredths of its length. Five parts to a question."""
    parts = max(total, 1) * 5
    step = 100 / parts
    marks = [{"x": round(n * step, 3), "long": n % 5 == 0} for n in range(parts + 1)]
    return {"marks": marks, "here": round(100 * index / max(total, 1), 3)}


@register.simple_tag
def remaining(index: int, total: int) -> int:
    """How many questions may still come."""
    return max(total - index, 0)


@register.filter
def first_box(field: Any) -> str:
    """The id an error in this field should lead to."""
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def at(items: Any, index: int) -> Any:
    """`{{ head|at:2 }}`."""
    return items[index] if index < len(items) else None


@register.inclusion_tag("looks/pages.html", takes_context=True)
def pages(context: Context, page: Any) -> dict[str, Any]:
    """`{% pages page %}`: the pages of a list, keeping whatever else is in the address."""

    def address(number: int) -> str:
        query = context["request"].GET.copy()
        query["page"] = str(number)
        return f"?{query.urlencode()}"

    elided = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    items = [
        {
            "number": number,
            "url": address(number) if isinstance(number, int) else "",
            "current": number == page.number,
        }
        for number in elided
    ]
    return {
        "page": page,
        "items": items,
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }
