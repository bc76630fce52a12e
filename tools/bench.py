"""What an explained assessment costs, beside the same rule in other engines, in one run on one machine.

The bare function is what one would write by hand for this one programme: true and false only, no reasons, no unknown
facts, no law beside the rule. ZEN and OpenFisca are given the same rule in the idiom of their documentation; all
must give the same amount for every claim, or nothing is measured. A trace of theirs says what each expression
came to; an assessment of ours names besides each condition, its quote, clause and facts. Ratios travel between
machines; microseconds are for scale only.
"""

import argparse
import timeit
from collections.abc import Callable
from types import ModuleType
from typing import Any

from benches import roster, rosters_filed, with_openfisca, with_zen
from benches.technician import CLAIMS, DAY, FACTS, PROGRAMME, by_hand

from jiangli import rules
from jiangli.rules.offers import next_question, offers
from jiangli.rules.opening import opening

OTHERS = {"ZEN": with_zen, "OpenFisca": with_openfisca}
SHORT = "2,000 lines"
EXPLAINED = "ours: an explained assessment"
Acts = dict[str, Callable[[], object]]
Rows = dict[str, float]


def measured(acts: Acts, seconds: float) -> Rows:
    """Microseconds of each act: of some twenty rounds, in which all take turns, the quietest.

    Taking turns spreads what else the machine does over all of them, so that ratios hold on a busy one too.
    """
    timers = {name: timeit.Timer(act) for name, act in acts.items()}
    often = {name: max(1, int(seconds / 20 / timer.timeit(1))) for name, timer in timers.items()}
    rounds = [
        {name: timer.timeit(often[name]) / often[name] for name, timer in timers.items()} for _ in range(20)
    ]
    return {name: min(took[name] for took in rounds) * 1e6 for name in acts}


def agree(programme: rules.Programme) -> None:
    """Stop unless all engines give the same amount for every claim."""
    engines = {name: (engine, engine.answerer()) for name, engine in OTHERS.items()}
    for changes, on in CLAIMS:
        facts = {**FACTS, **changes}
        due = rules.assess(programme, facts, on=on).amount_fen
        found = {"by hand": by_hand(facts, on)}
        for name, (engine, answer) in engines.items():
            found |= {
                f"{name} {trace}": engine.fen(answer(engine.claim(facts, on), trace))
                for trace in (False, True)
            }
        assert set(found.values()) == {due}, f"{changes} {on}: ours {due}, {found}"
    print(f"{len(CLAIMS)} claims, the same amount from every engine")


def one_claim(programme: rules.Programme) -> Acts:
    """The technician programme for one person, every fact known."""
    found: Acts = {
        "bare function, no reasons": lambda: by_hand(FACTS, DAY),
        EXPLAINED: lambda: rules.assess(programme, FACTS, on=DAY),
        "ours: with the words of every reason": lambda: rules.assess(programme, FACTS, on=DAY).as_json(),
    }
    for name, engine in OTHERS.items():
        found |= _other(name, engine)
    return found


def _other(name: str, engine: ModuleType) -> Acts:
    answer: Callable[[Any, bool], Any] = engine.answerer()
    asked = engine.claim(FACTS, DAY)
    return {
        f"{name}: with trace": lambda: answer(asked, True),
        f"{name}: without": lambda: answer(asked, False),
    }


def one_person(library: rules.Library, programme: rules.Programme) -> Acts:
    """What else is asked about one person. Offers leave out what is for organisations or not in force."""
    partial = {name: value for name, value in FACTS.items() if not name.startswith("account.")}
    every, found = library.programmes.values(), offers(library, partial, on=DAY)
    return {
        EXPLAINED: lambda: rules.assess(programme, FACTS, on=DAY),
        "ours: two facts unknown": lambda: rules.assess(programme, partial, on=DAY),
        f"all {len(every)} programmes assessed": lambda: [
            rules.assess(one, partial, on=DAY) for one in every
        ],
        "what can I get, ranked": lambda: offers(library, partial, on=DAY),
        "the next question, after that": lambda: next_question(found),
        "from when, until when": lambda: opening(programme, FACTS, on=DAY),
        "the whole library read and checked": rules.load,
    }


def rosters(library: rules.Library) -> Acts:
    """Lists of one programme, ten times as long, and with ten thousand earlier payments: how cost grows."""
    law, facts, lines, paid = roster.programme(library), roster.FACTS, roster.lines, roster.paid
    return {
        SHORT: lambda: rules.assess(law, facts, on=roster.DAY, lines=lines(2_000)),
        "20,000 lines": lambda: rules.assess(law, facts, on=roster.DAY, lines=lines(20_000)),
        "20,000 lines, no certificate known": lambda: rules.assess(
            law, facts, on=roster.DAY, lines=lines(20_000, known=False)
        ),
        "20,000 lines, 10,000 payments before": lambda: rules.assess(
            law, facts, on=roster.DAY, lines=lines(20_000), history=paid(10_000)
        ),
    }


def show(title: str, rows: Rows, base: str) -> None:
    """Figures with their ratio to one of them."""
    print(f"\n{title:44} {'µs':>12}   of {base}")
    for name, cost in rows.items():
        print(f"{name:44} {cost:12,.1f}   × {cost / rows[base]:,.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each line is measured")
    seconds = parser.parse_args().seconds
    library = rules.load()
    programme = library.programmes[PROGRAMME]
    agree(programme)
    show("one claim, every fact known", measured(one_claim(programme), seconds), EXPLAINED)
    show("one person", measured(one_person(library, programme), seconds), EXPLAINED)
    show("a list under a shared ceiling", measured(rosters(library), seconds), SHORT)
    print("\na roster brought, checked and filed as one case, on SQLite")
    rosters_filed.report()


if __name__ == "__main__":
    main()
