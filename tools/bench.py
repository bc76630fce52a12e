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
from statistics import median
from types import ModuleType
from typing import Any

from benches import with_openfisca, with_zen
from benches.technician import CLAIMS, DAY, FACTS, PROGRAMME, by_hand

from jiangli import rules
from jiangli.rules.offers import next_question, offers
from jiangli.rules.opening import opening

OTHERS = {"ZEN": with_zen, "OpenFisca": with_openfisca}
EXPLAINED = "ours: an explained assessment"
Rows = dict[str, float]


def microseconds(act: Callable[[], object], rounds: int, times: int = 7) -> float:
    """The median of several timings of ``rounds`` runs each."""
    return median(timeit.repeat(act, number=max(rounds, 1), repeat=times)) / max(rounds, 1) * 1e6


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


def one_claim(programme: rules.Programme, rounds: int) -> Rows:
    """The technician programme for one person, every fact known."""
    found = {
        "bare function, no reasons": microseconds(lambda: by_hand(FACTS, DAY), rounds * 10),
        EXPLAINED: microseconds(lambda: rules.assess(programme, FACTS, on=DAY), rounds),
        "ours: with the words of every reason": microseconds(
            lambda: rules.assess(programme, FACTS, on=DAY).as_json(), rounds
        ),
    }
    for name, engine in OTHERS.items():
        found |= _other(name, engine, rounds)
    return found


def _other(name: str, engine: ModuleType, rounds: int) -> Rows:
    answer: Callable[[Any, bool], Any] = engine.answerer()
    asked, few = engine.claim(FACTS, DAY), rounds // (20 if name == "OpenFisca" else 1)
    return {
        f"{name}: with trace": microseconds(lambda: answer(asked, True), few),
        f"{name}: without": microseconds(lambda: answer(asked, False), few),
    }


def one_person(library: rules.Library, programme: rules.Programme, rounds: int) -> Rows:
    """What else is asked about one person."""
    partial = {name: value for name, value in FACTS.items() if not name.startswith("account.")}
    few = rounds // 20
    return {
        "two facts unknown": microseconds(lambda: rules.assess(programme, partial, on=DAY), rounds),
        f"all {len(library.programmes)} programmes assessed": microseconds(
            lambda: [rules.assess(one, partial, on=DAY) for one in library.programmes.values()], few
        ),
        "what can I get, ranked": microseconds(lambda: offers(library, partial, on=DAY), few),
        "the next question": microseconds(lambda: next_question(offers(library, partial, on=DAY)), few),
        "from when, until when": microseconds(lambda: opening(programme, FACTS, on=DAY), few),
    }


def show(title: str, rows: Rows, base: str) -> None:
    """Figures with their ratio to one of them."""
    print(f"\n{title:44} {'µs':>12}   of {base}")
    for name, cost in rows.items():
        print(f"{name:44} {cost:12,.1f}   × {cost / rows[base]:,.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=2000)
    rounds = parser.parse_args().rounds
    library = rules.load()
    programme = library.programmes[PROGRAMME]
    agree(programme)
    claim = one_claim(programme, rounds)
    show("one claim, every fact known", claim, EXPLAINED)
    more = {EXPLAINED: claim[EXPLAINED], **one_person(library, programme, rounds)}
    show("one person", more, EXPLAINED)
    print(f"\nthe whole library read and checked: {microseconds(rules.load, 1, 5) / 1000:,.0f} ms")


if __name__ == "__main__":
    main()
