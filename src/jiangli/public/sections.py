"""The pages of an application, made from what its programme asks: certificate, person, card, photographs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jiangli import clock, rules
from jiangli.applications.asking import asks_of_case, asks_of_row
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Line
from jiangli.applications.permissions import filer_of, payee_of
from jiangli.applications.queries import current_evidence, missing, name_of_lines
from jiangli.applications.sheet import NUMBER, has_lines
from jiangli.applications.stages import Filer
from jiangli.looks.templatetags.looks import mask_card
from jiangli.public import checking
from jiangli.public.questions import language
from jiangli.public.telling import label_of
from jiangli.registers.models import Person
from jiangli.registers.queries import belongs_to_another, organisation_facts, register_facts
from jiangli.registers.recognitions.queries import choices_of
from jiangli.rules.facts import Fact

CARD, LINES = "card", "lines"
MORE = "-more"
SOURCES = {
    "certificate": gettext_lazy("from the certificate register"),
    "person": gettext_lazy("from the member register"),
    "organisation": gettext_lazy("from the register of organisations"),
}
TITLES: dict[str, Promise] = {
    "certificate": gettext_lazy("Certificate"),
    "person": gettext_lazy("About you"),
    "organisation": gettext_lazy("About the organisation"),
    "claim": gettext_lazy("About this claim"),
}
WORKER = gettext_lazy("About the worker")  # where an organisation files for somebody
OF_PERSON = ("person", "membership", "employment", "insurance", "medical")
HOME_OF = {"certificate": "certificate", "organisation": "organisation", **dict.fromkeys(OF_PERSON, "person")}
GIVEN_ELSEWHERE = ("account.",)  # filled in as a card, field by field
KNOWN_BY_NAME = ("person.name",)  # proved when signing in


@dataclass(frozen=True)
class Section:
    """One page of questions. ``more`` pages ask what follows from an answer of the page before."""

    id: str
    title: str
    facts: tuple[Fact, ...]

    @property
    def more(self) -> bool:
        return self.id.endswith(MORE)


def name_of(fact: Fact) -> str:
    """What the fact is called at the head of a row or a field."""
    label = label_of(fact)
    return label[:1].upper() + label[1:]


def _home(name: str) -> str:
    return HOME_OF.get(name.split(".")[0], "claim")


def _title(application: Application, home: str) -> str:
    return str(WORKER if home == "person" and filer_of(application) != Filer.PERSON else TITLES[home])


def _asked(programme: "rules.Programme") -> list["rules.Ask"]:
    return [
        ask
        for ask in asks_of_case(programme)
        if not ask.fact.name.startswith(GIVEN_ELSEWHERE) and ask.fact.name not in KNOWN_BY_NAME
    ]


def stale(programme: "rules.Programme", stated: Mapping[str, Any]) -> dict[str, None]:
    """Answers to questions that the other answers have made void."""
    facts = programme.dictionary.parse(stated)
    return {
        ask.fact.name: None
        for ask in _asked(programme)
        if ask.when is not None and ask.fact.name in stated and ask.when.run(facts) is not True
    }


def sections_of(application: Application) -> list[Section]:
    """The pages of questions of this case, in order; a "more" page only where an answer calls for it.

    Of a certificate first its number alone: what the register then knows of it is not asked.
    """
    programme = programme_of(application)
    facts = programme.dictionary.parse(application.stated)
    useless = settled(application)
    found: list[Section] = []
    for home in TITLES:
        title = _title(application, home)
        mine = [ask for ask in _asked(programme) if _home(ask.fact.name) == home]
        first = tuple(ask.fact for ask in mine if ask.when is None and ask.fact.name not in useless)
        more = tuple(ask.fact for ask in mine if ask.when is not None and ask.when.run(facts) is True)
        if home == "certificate" and any(fact.name == NUMBER for fact in first) and NUMBER not in facts:
            first, more = tuple(fact for fact in first if fact.name == NUMBER), ()
        if first:
            found.append(Section(home, title, _natural(first)))
        if more:
            found.append(Section(home + MORE, _("%(title)s, a little more") % {"title": title}, more))
    return found


def known_of(application: Application) -> dict[str, Any]:
    """What the registers know of this case and may be shown to whoever files it.

    Nothing of somebody else's certificate; to an organisation its own entry and, once it has typed the number of a
    certificate that is registered to this very person, what stands on that. Nothing else about the person.
    """
    line = application.lines.first()
    if application.organisation is not None:
        return {**_on_certificate(application, line), **_of_organisation(application)}
    if line is None or line.person is None or has_lines(programme_of(application)):
        return {}
    held = line.certificate
    if held is not None and belongs_to_another(line.person, held):
        held = None
    return register_facts(line.person, held, on=clock.today(), stated=application.stated)


def _of_organisation(application: Application) -> dict[str, Any]:
    """What the registers have of the organisation itself, and of what it was recognised for."""
    assert application.organisation is not None  # the caller has looked
    return organisation_facts(application.organisation, on=clock.today(), stated=application.stated)


def choices(application: Application) -> dict[str, list[tuple[str, str]]]:
    """Of a studio or base that has several in the register: fact → (number, words) to choose from."""
    names = [ask.fact.name for ask in _asked(programme_of(application))]
    found = {name: choices_of(application.party, name, on=clock.today()) for name in names}
    return {name: rows for name, rows in found.items() if rows}


def _on_certificate(application: Application, line: Line | None) -> dict[str, Any]:
    """What stands on the certificate an organisation named, if it is its worker's: they hold it in their hands."""
    if line is None or line.person is None or line.certificate is None:
        return {}
    if has_lines(programme_of(application)) or line.certificate.person_id != line.person.pk:
        return {}
    known = register_facts(line.person, line.certificate, on=clock.today())
    return {name: value for name, value in known.items() if name.startswith("certificate.")}


def settled_rows(application: Application, id: str) -> list[dict[str, str]]:
    """What a page need not ask because a register has it: each with its source, for ``looks/summary.html``."""
    programme, lang = programme_of(application), "en" if language().startswith("en") else "zh"
    known = programme.dictionary.parse(
        {name: value for name, value in known_of(application).items() if name in programme.dictionary}
    )
    stated = programme.dictionary.parse(application.stated)
    found = []
    for ask in _asked(programme):
        name = ask.fact.name
        if _home(name) != id or ask.when is not None or name not in known:
            continue
        if stated.get(name, known[name]) != known[name] and id != "organisation":
            continue
        source = str(SOURCES.get(id, SOURCES["person"]))
        found.append(
            {"key": name_of(ask.fact), "value": ask.fact.value_label(known[name], lang), "source": source}
        )
    return found


def settled(application: Application) -> set[str]:
    """Facts the form need not ask: the member register knows them, or no answer to them could change anything."""
    programme, stated = programme_of(application), application.stated
    known = known_of(application)
    found = {
        name
        for name in known
        if _home(name) == "organisation" or stated.get(name, known[name]) == known[name]
    }
    facts = programme.dictionary.parse({**stated, **known})
    if has_lines(programme):
        return found  # what a list needs is not known before its rows are there
    answer = rules.assess(programme, facts, on=checking.inside(programme, clock.today()))
    if answer.outcome != "undetermined":
        return found
    optional = {ask.fact.name for ask in _asked(programme) if ask.read and not must_answer(ask.fact)}
    return found | {name for name in optional if name not in facts and name not in answer.unknown}


def _natural(facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """What one writes down first (name, number, day) stands before what one chooses."""
    rank = {"text": 1}
    return tuple(sorted(facts, key=lambda fact: 0 if fact.name == NUMBER else rank.get(fact.kind, 2)))


def section(application: Application, id: str) -> Section | None:
    return next((one for one in sections_of(application) if one.id == id), None)


def unanswered(application: Application, one: Section) -> list[Fact]:
    """Questions of a page that nobody has looked at yet; "not sure" is no answer here but no gap either."""
    stated = application.stated
    return [fact for fact in one.facts if fact.name not in stated and must_answer(fact)]


def must_answer(fact: Fact) -> bool:
    """A choice that a register can settle may be left at "not sure"; the rest is for the claimant to say."""
    chosen = fact.kind in ("bool", "enum") or (fact.kind == "code" and fact.choices)
    return fact.source == "applicant" or not chosen


def has_card(application: Application) -> bool:
    return bool(application.account_name and application.account_number and application.account_bank)


def address(application: Application, part: str) -> str:
    """Where a part of the case is filled in: a fact's name, ``account…``, a material's id or ``material:<id>``."""
    if material := _material(application, part):
        return reverse("public:photos", args=[application.pk, material.id])
    if part.startswith("account"):
        return reverse("public:section", args=[application.pk, CARD])
    if part == LINES or part in {ask.fact.name for ask in asks_of_row(programme_of(application))}:
        return reverse("public:lines", args=[application.pk])
    for one in sections_of(application):
        if any(fact.name == part for fact in one.facts):
            return reverse("public:section", args=[application.pk, one.id])
    return reverse("public:section", args=[application.pk, _home(part)])


def _material(application: Application, part: str) -> "rules.Material | None":
    id = part.removeprefix("material:")
    return next((m for m in programme_of(application).materials if m.id == id), None)


def label(application: Application, part: str) -> str:
    """A part of the case in words."""
    programme = programme_of(application)
    lang = "en" if language().startswith("en") else "zh"
    if material := _material(application, part):
        return _("Photo: %(what)s") % {"what": material.title.say(lang)}
    if part.startswith("account"):
        return account_title(application)
    return programme.dictionary[part].label.say(lang) if part in programme.dictionary else part


@dataclass(frozen=True)
class Task:
    """A part of the application and whether it is done."""

    name: str
    url: str
    done: bool
    more: str = ""

    def row(self, *, fix: bool = False) -> dict[str, str]:
        """For ``looks/tasks.html``."""
        code, word = ("met", _("Filled in")) if self.done else ("unknown", _("To fill in"))
        if fix:
            code, word = "faulty", _("To be corrected")
        return {
            "name": self.name,
            "url": self.url,
            "more": self.more,
            "kind": "condition",
            "code": code,
            "word": word,
        }


def tasks(application: Application) -> list[Task]:
    """Everything to fill in, in the order in which it goes best."""
    found = [
        Task(
            one.title,
            reverse("public:section", args=[application.pk, one.id]),
            not unanswered(application, one),
        )
        for one in sections_of(application)
    ]
    if has_lines(programme_of(application)):
        found.append(_lines_task(application))
    card = reverse("public:section", args=[application.pk, CARD])
    held = mask_card(application.account_number)
    found.append(Task(account_title(application), card, has_card(application), held))
    gaps = {gap.part for gap in missing(application, on=clock.today())}
    counts: dict[str, int] = {}
    for material in current_evidence(application).values_list("material", flat=True):
        counts[material] = counts.get(material, 0) + 1
    lang = "en" if language().startswith("en") else "zh"
    for material in programme_of(application).materials:
        count = counts.get(material.id, 0)
        more = (
            _("%(count)s files") % {"count": count}
            if count
            else (_("If you have it") if material.optional else "")
        )
        found.append(
            Task(
                _("Photo: %(what)s") % {"what": material.title.say(lang)},
                reverse("public:photos", args=[application.pk, material.id]),
                material.optional or f"material:{material.id}" not in gaps,
                more,
            )
        )
    return found


def _lines_task(application: Application) -> Task:
    count = application.lines.count()
    more = ngettext("%(count)s row", "%(count)s rows", count) % {"count": count} if count else ""
    name = name_of_lines(programme_of(application))
    url = reverse("public:lines", args=[application.pk])
    return Task(name[:1].upper() + name[1:], url, bool(count), more)


def account_title(application: Application) -> str:
    """What the page about the money's way is called: a card of a person, an account of an organisation."""
    return _("Bank card") if isinstance(payee_of(application), Person) else _("Bank account")


def next_page(application: Application) -> str:
    """The first thing not filled in yet, else the page with all answers."""
    for task in tasks(application):
        if not task.done:
            return task.url
    return reverse("public:answers", args=[application.pk])


def answer_rows(application: Application) -> list[dict[str, Any]]:
    """Every page of questions with what was answered, for ``looks/summary.html``."""
    programme = programme_of(application)
    lang = "en" if language().startswith("en") else "zh"
    parsed = programme.dictionary.parse(application.stated)
    found = []
    for one in sections_of(application):
        url = reverse("public:section", args=[application.pk, one.id])
        rows = [_row(fact, parsed.get(fact.name), url, lang) for fact in one.facts]
        rows += settled_rows(application, one.id)
        found.append({"title": one.title, "rows": rows})
    if not any(one.id == "organisation" for one in sections_of(application)):
        known = settled_rows(application, "organisation")
        found += [{"title": _title(application, "organisation"), "rows": known}] if known else []
    if has_lines(programme):
        task = _lines_task(application)
        row = {"key": task.name, "value": task.more or _("Not filled in"), "missing": not task.done}
        found.append({"title": task.name, "rows": [{**row, "url": task.url, "action": _("Change")}]})
    url = reverse("public:section", args=[application.pk, CARD])
    of_person = isinstance(payee_of(application), Person)
    card = [
        (_("Name on the card") if of_person else _("Name of the account"), application.account_name),
        (
            _("Number of the card") if of_person else _("Number of the account"),
            grouped(application.account_number),
        ),
        (_("Bank and sub-branch"), application.account_bank),
    ]
    found.append(
        {
            "title": account_title(application),
            "rows": [
                {
                    "key": k,
                    "value": v or _("Not filled in"),
                    "missing": not v,
                    "url": url,
                    "action": _("Change"),
                }
                for k, v in card
            ],
        }
    )
    return found


def grouped(digits: str) -> str:
    """A card number in fours, as it stands on the card."""
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _row(fact: Fact, value: Any, url: str, lang: str) -> dict[str, Any]:
    empty = _("Not filled in") if must_answer(fact) else _("Not sure; an officer looks it up")
    return {
        "key": name_of(fact),
        "value": empty if value is None else fact.value_label(value, lang),
        "missing": value is None and must_answer(fact),
        "url": url,
        "action": _("Change"),
    }
