"""Widgets that Django does not have: a date in three boxes, a month in two, several files at once."""

from datetime import date
from typing import Any

from django import forms


class DateParts(forms.Widget):
    """年, 月 and 日 in three boxes. Its value is an ISO date; what cannot be one stays as typed."""

    template_name = "looks/widgets/date_parts.html"
    use_fieldset = True
    parts: tuple[str, ...] = ("year", "month", "day")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        typed = [str(data.get(f"{name}_{part}") or "").strip().replace("-", "") for part in self.parts]
        if not any(typed):
            return data.get(name) or None  # an address or a machine may give the whole date
        try:
            return date(*(int(part) for part in typed)).isoformat()
        except (ValueError, OverflowError):  # a year of twenty figures
            return "-".join(typed)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data and all(f"{name}_{part}" not in data for part in self.parts)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if isinstance(value, date):
            typed = [str(value.year), str(value.month), str(value.day)]
        else:
            typed = [*str(value or "").split("-", 2), "", "", ""][:3]
            typed = [typed[0], *(part.lstrip("0") if part.isdigit() else part for part in typed[1:])]
        context["widget"]["typed"] = dict(zip(self.parts, typed, strict=True))
        return context

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_year" if id_ else id_


class MonthParts(DateParts):
    """年 and 月 in two boxes. Its value is the ISO date of the month's first day."""

    template_name = "looks/widgets/month_parts.html"
    parts = ("year", "month")

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        typed = [str(data.get(f"{name}_{part}") or "").strip().replace("-", "") for part in self.parts]
        if not any(typed):
            return data.get(name) or None
        try:
            return date(int(typed[0]), int(typed[1]), 1).isoformat()
        except (ValueError, OverflowError):
            return "-".join(typed)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super(DateParts, self).get_context(name, value, attrs)
        typed = (
            [str(value.year), str(value.month)] if isinstance(value, date) else str(value or "").split("-")
        )
        typed = [*typed, "", ""][:2]
        context["widget"]["typed"] = {"year": typed[0], "month": typed[1].lstrip("0")}
        return context


class Files(forms.ClearableFileInput):
    """One input, several files; on a phone it also offers the camera."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"
