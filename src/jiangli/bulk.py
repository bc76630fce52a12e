"""Thousands of rows in one go: one statement for all, and no search of the memory for waste meanwhile."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections, models


@contextmanager
def unswept() -> Iterator[None]:
    """Let Python's collector of cycles rest: a roster held in memory is none of its business, and it looks each time.

    It costs a sixth of a roster's way. Also a decorator; memory that is not in a cycle is freed as ever.
    """
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


def insert(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Write new rows of one table, at half the cost of ``bulk_create``. Keys that the database gives stay unknown.

    ``IntegrityError`` as there. No signals, no ``pre_save``: for models without fields that fill themselves.
    """
    if not rows:
        return
    meta, quote = rows[0]._meta, connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in meta.local_concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(quote(field.column or "") for field in fields)
    places = ", ".join(["%s"] * len(fields))
    words = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({places})"
    if ignore_conflicts:
        words += " ON CONFLICT DO NOTHING"
    written = [(field.attname, field.get_db_prep_save) for field in fields]
    to = connections[DEFAULT_DB_ALIAS]  # itself, and not the proxy that looks for it with every value
    with to.cursor() as cursor:
        cursor.executemany(
            words, [[prepared(getattr(row, name), to) for name, prepared in written] for row in rows]
        )
