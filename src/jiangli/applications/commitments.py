"""What a case claims, is promised and is paid, written in the columns of the history; and the ceilings it uses up.

A filed case has a row for each of its lines, and each part of one. The decision puts in their place what each
payer owes, under the ceilings' locks. What the bank confirms moves on into the history, line by line.

Locks are taken in one order: the case, then its balances by their keys. Who moves money between the columns of
a key (decision, payment, release) holds the balance meanwhile, so that a sum is never read in between.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from jiangli import rules
from jiangli.applications.assessing import Assessed, counted_lines, past_payment
from jiangli.applications.guard import release_keys, release_unwanted
from jiangli.applications.models import Application, Balance, Commitment, Line
from jiangli.applications.past import MANY, OPEN, Columns, Counted, columns_of, fields_of, sums
from jiangli.bulk import insert
from jiangli.registers.models import EarlierPayment
from jiangli.registers.queries import batched

Link = Commitment.balances.through
BalanceKey = tuple[str, str, str]  # limit, subject, period of a balance


def claim(application: Application, assessed: Assessed) -> None:
    """Note what a case claims as it is filed; what it claimed before a correction falls away."""
    application.commitments.filter(fen=None).delete()
    _claim(application, counted_lines(application, assessed))


def _claim(application: Application, rows: Iterable[Counted]) -> None:
    insert(
        [
            Commitment(application=application, line=line, **fields_of(columns))
            for _place, line, columns in rows
        ]
    )


def release_fallen(application: Application, assessed: Assessed, *, at: datetime) -> None:
    """Free what lines of a roster had reserved and claimed that are not paid after all. Safe to run twice.

    A line that stands again, because an officer put it back or a register has learnt, claims again.
    """
    release_unwanted(application, assessed, at=at)
    standing = counted_lines(application, assessed)
    keys = {line.pk for _place, line, _columns in standing if line}
    claims = list(application.commitments.filter(OPEN))
    _give_back([row for row in claims if row.line_id not in keys], at=at, paid=False)
    there = {row.line_id for row in claims}
    _claim(application, [row for row in standing if row[1] and row[1].pk not in there])


def lock_balances(application: Application, assessed: Assessed) -> dict[BalanceKey, Balance]:
    """The balances that a decision on this case uses up, made where there are none, locked until the transaction ends.

    Whoever decides on the same key meanwhile waits here, and has to assess the case anew afterwards.
    """
    ordered = sorted(balance_keys(application, assessed))
    rows = [Balance(limit=limit, subject=subject, period=period) for limit, subject, period in ordered]
    Balance.objects.bulk_create(rows, batch_size=MANY, ignore_conflicts=True)
    by_limit: dict[str, list[str]] = defaultdict(list)
    for limit, subject, _period in ordered:
        by_limit[limit].append(subject)
    found: dict[BalanceKey, Balance] = {}
    for limit, subjects in by_limit.items():  # sorted, as the keys are
        for some in batched(dict.fromkeys(subjects), MANY):
            locked = Balance.objects.select_for_update().filter(limit=limit, subject__in=some)
            for row in locked.order_by("subject", "period"):
                found[row.limit, row.subject, row.period] = row
    return {key: found[key] for key in ordered}


def balance_keys(application: Application, assessed: Assessed) -> set[BalanceKey]:
    """The balances that a decision on this case, as it is assessed here, would use up."""
    return {
        key
        for (number, _part), _line, columns in counted_lines(application, assessed)
        for _limit, key in _keys(assessed, number, columns)
    }


def _keys(assessed: Assessed, number: int, columns: Columns) -> Iterator[tuple[rules.Limit, BalanceKey]]:
    """The balances that one line uses up."""
    for limit in assessed.programme.limits:
        if limit.when and limit.when.run(assessed.facts_of(number)) is False:
            continue
        names = [column for column, _expression in limit.keys]
        values = {name: columns[name] for name in names}
        if sums(limit) and all(values.values()):
            period = values.pop("period", "")
            name = f"{limit.kind}:{'+'.join(limit.per)}@{'+'.join(sorted(limit.across))}"
            yield limit, (name, "|".join(values.values()), period)


def promise(
    application: Application, assessed: Assessed, balances: dict[BalanceKey, Balance], *, on: date
) -> None:
    """Write what each payer owes for each line in the place of what was claimed, and what it uses up of ceilings.

    ``assessed`` was asked under the locks of ``balances`` and uses up none but these. The database refuses
    what is above a ceiling.
    """
    application.commitments.filter(fen=None).delete()
    by_place = {place: (line, columns) for place, line, columns in counted_lines(application, assessed)}
    rows, used = [], []
    for due in assessed.answer.dues:
        line, columns = by_place[due.line, due.part]
        rows.append(
            Commitment(
                application=application,
                line=line,
                payer_id=due.payer,
                fen=due.amount_fen,
                promised_on=on,
                **fields_of(columns),
            )
        )
        used.append({key: limit for limit, key in _keys(assessed, due.line, columns)})
    rows = Commitment.objects.bulk_create(rows, batch_size=MANY)
    links = [
        Link(balance_id=balances[key].pk, commitment_id=row.pk)
        for row, keys in zip(rows, used, strict=True)
        for key in keys
    ]
    Link.objects.bulk_create(links, batch_size=MANY)
    past = rules.Past(assessed.programme, [past_payment(row) for row in assessed.history])
    for balance in balances.values():
        balance.used_fen = 0
    counted: set[BalanceKey] = set()
    for row, due, keys in zip(rows, assessed.answer.dues, used, strict=True):
        for key, limit in keys.items():
            if key not in counted:
                counted.add(key)
                balances[key].used_fen = _paid_under(past, limit, columns_of(row))
                balances[key].cap_fen = _cap(limit, assessed.facts_of(due.line))
            balances[key].used_fen += due.amount_fen
    changed = [balances[key] for key in counted]
    Balance.objects.bulk_update(changed, ["cap_fen", "used_fen"], batch_size=MANY)


def _paid_under(past: rules.Past, limit: rules.Limit, columns: Columns) -> int:
    """What was paid and promised before under the key of a line."""
    return past.under(limit, tuple(columns[column] for column, _expression in limit.keys)).total


def _cap(limit: rules.Limit, facts: rules.Facts) -> int | None:
    """The ceiling in fen; None for a limit that only takes off what was paid."""
    cap: int | None = limit.ceiling.run(facts) if limit.ceiling else None
    return cap


def release_commitments(
    application: Application, *, lines: Collection[Line] | None = None, at: datetime
) -> None:
    """Free what a case, or some of its lines, claims or is owed and was not paid. Safe to run twice.

    What was paid of it stays used up: the history has it.
    """
    rows = application.commitments.filter(OPEN)
    if lines is not None:
        rows = rows.filter(line__in=lines)
    _give_back(list(rows), at=at, paid=False)


def _give_back(rows: list[Commitment], *, at: datetime, paid: bool) -> None:
    """Take these rows off their balances: what is not paid of them, or all. What stays is what was paid."""
    balances = {balance.pk: balance for balance in _locked(rows)}
    freed = {row.pk: (row.fen or 0) - (0 if paid else row.paid_fen) for row in rows}
    for some in batched(freed, MANY):
        links = Link.objects.filter(commitment__in=some)
        for balance, commitment in links.values_list("balance", "commitment"):
            balances[balance].used_fen = max(balances[balance].used_fen - freed[commitment], 0)
    Balance.objects.bulk_update(list(balances.values()), ["used_fen"], batch_size=MANY)
    for row in rows:
        if row.paid_fen and not paid:
            row.fen = row.paid_fen
        else:
            row.released_at = at
    Commitment.objects.bulk_update(rows, ["fen", "released_at"], batch_size=MANY)


def _locked(rows: Collection[Commitment]) -> list[Balance]:
    """The balances these rows use up, locked in the order of all."""
    keys: set[int] = set()
    for some in batched([row.pk for row in rows], MANY):
        keys |= set(Link.objects.filter(commitment__in=some).values_list("balance", flat=True))
    names = [
        name
        for some in batched(sorted(keys), MANY)
        for name in Balance.objects.filter(pk__in=some).values_list("limit", "subject", "period", "pk")
    ]
    ordered = [pk for *_key, pk in sorted(names)]
    return [
        balance
        for some in batched(ordered, MANY)
        for balance in Balance.objects.select_for_update()
        .filter(pk__in=some)
        .order_by("limit", "subject", "period")
    ]


def close(application: Application, *, at: datetime) -> None:
    """Free all that a case held when it ends without money: keys and what it claims. Safe to run twice."""
    release_keys(application, at=at)
    release_commitments(application, at=at)


def move_to_history(application: Application, *, payer: str, fen: int, on: date, source: str) -> None:
    """A payer's money arrived: write it into the history line by line; the rows add up to it to the fen.

    ``source``: the payment's reference. RuntimeError if the case is owed less by this payer.
    """
    owed = application.commitments.filter(OPEN, fen__isnull=False, payer=payer).order_by("pk")
    _locked(list(owed))
    rows = list(owed.all())
    left, paid = fen, defaultdict[tuple[tuple[str, str], ...], int](int)
    moved = []
    for row in rows:
        if not left:
            break
        part = min(left, (row.fen or 0) - row.paid_fen)
        row.paid_fen += part
        left -= part
        paid[tuple(columns_of(row).items())] += part
        moved.append(row)
    if left:
        raise RuntimeError(f"{application}: {payer} paid {left} fen more than it owes.")
    Commitment.objects.bulk_update(moved, ["paid_fen"], batch_size=MANY)
    EarlierPayment.objects.bulk_create(
        [
            EarlierPayment(**fields_of(dict(columns)), paid_on=on, amount_fen=part, source=source)
            for columns, part in paid.items()
        ],
        batch_size=MANY,
    )


def free_after_recovery(
    application: Application,
    *,
    sources: Collection[str],
    lines: Collection[Line] | None = None,
    on: date,
    at: datetime,
) -> None:
    """A decision says that what was recovered bars nothing any more: keys, ceilings and history are freed.

    Without this act a recovery keeps them. ``sources`` are the references of the case's payments, ``lines`` the
    lines of its roster that were recovered (all of them if None). Safe to run twice.
    """
    release_keys(application, lines=lines, at=at)
    rows = application.commitments.filter(released_at=None)
    if lines is not None:
        rows = rows.filter(line__in=lines)
    recovered = list(rows)
    _give_back(recovered, at=at, paid=True)
    names = {tuple(columns_of(row).items()) for row in recovered}
    history = EarlierPayment.objects.filter(source__in=sources, freed_on=None)
    gone = [row.pk for row in history if tuple(columns_of(row).items()) in names]
    for some in batched(gone, MANY):
        EarlierPayment.objects.filter(pk__in=some).update(freed_on=on)
