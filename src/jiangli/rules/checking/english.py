"""What has no English yet."""

from __future__ import annotations

from collections.abc import Iterator

from jiangli.rules.programme import Programme


def without_english(programme: Programme) -> Iterator[str]:
    """Titles and refusal texts of conditions that only stand in Chinese."""
    for condition in (*programme.conditions, *programme.warnings):
        if condition.title is None or condition.title.en is None:
            yield f"{condition.id}: 缺英文标题 no English title"
        if condition.tell and condition.tell.en is None:
            yield f"{condition.id}: 缺英文说明 no English tell"
