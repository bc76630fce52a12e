"""Findings in words for the person they are about: problems first, then what is met, each with its law."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiangli import rules
from jiangli.accounts.models import Agency
from jiangli.payments.queries import Share
from jiangli.public.checking import can_be_asked
from jiangli.public.questions import language
from jiangli.rules.facts import Fact

ORDER = ("unmet", "faulty", "unsure", "met", "unknown")  # what is asked later anyway comes last


def speech() -> str:
    return "en" if language().startswith("en") else "zh"


def listed(words: Iterable[str]) -> str:
    """Words in a row, joined as the reader's language joins them."""
    return (", " if speech() == "en" else "、").join(words)


def label_of(fact: Fact) -> str:
    """What a fact is called on its own: in English with the thing it belongs to, as in level of the certificate."""
    label = fact.label.say(speech())
    if speech() == "en" and len(label.split()) == 1 and fact.name.startswith("certificate."):
        return f"{label} of the certificate"
    return label


def marked(words: "rules.Words") -> str:
    """The words; where nobody has translated them the reader is told that they are Chinese."""
    if words.zh and speech() == "en" and not words.en:
        return _("%(words)s (in Chinese)") % {"words": words.zh}
    return words.say(speech())


def code_of(finding: Any) -> str:
    """The state of a condition as everybody sees it; a false one that can be put right is "to be corrected"."""
    if finding.state is True:
        return "met"
    if finding.state is None:
        return "unknown"
    return "faulty" if finding.fault else "unmet"


def tell_of(finding: Any, *, listed: bool = True) -> str:
    """What stands against it; without a list (``listed``) what it would say is only taken from the certificate."""
    names = [name for name in finding.facts if name.startswith("list.") and name in finding.given]
    if listed or not names:
        return str(finding.tell(speech()))
    said = given(finding)
    return _("If the list says the same as your certificate (%(facts)s), this is not for you.") % {
        "facts": said
    }


def given(finding: Any) -> str:
    """The person's own facts that the condition looked at."""
    dictionary, lang = finding.programme.dictionary, speech()
    said = []
    for name in finding.facts:
        if name not in finding.given or name.startswith("application.") or name.endswith(".id"):
            continue
        value = dictionary[name].value_label(finding.given[name], lang)
        flag = isinstance(finding.given[name], bool)
        said.append(f"{label_of(dictionary[name])}{'：' if lang == 'zh' else ': '}{value}" if flag else value)
    return (", " if lang == "en" else "，").join(said)


def open_words(finding: Any, unsure: Iterable[str]) -> str:
    """Why it is open, and who finds out."""
    dictionary = finding.programme.dictionary
    open_now = finding.unknown or finding.facts
    later = [n for n in open_now if not can_be_asked(dictionary[n]) and not n.endswith(".id")]
    named = [n for n in later if dictionary[n].kind != "bool"]
    labels = listed(label_of(dictionary[n]) for n in named)
    if set(finding.unknown) & set(unsure):
        return _(
            "You chose “Not sure”. That is all right: an officer looks it up, and you can apply all the same."
        )
    if later and all(dictionary[n].source in ("system", "officer") for n in later):
        return _("An officer looks this up.")
    if labels:
        return _("You fill this in when you apply: %(facts)s.") % {"facts": labels}
    if later:
        return _("You fill this in when you apply.")
    return _("We look this up when you hand in the claim. You need do nothing.")


def place(programme: "rules.Programme", clause: str | None) -> str:
    title = programme.document.title.say("zh")
    return f"{title} · {clause}" if clause else title


def _one(finding: Any, unsure: Iterable[str], *, history: bool = True, listed: bool = True) -> dict[str, Any]:
    code = code_of(finding)
    if not history and code == "met" and finding.condition.rule is None:
        code = "unknown"  # nobody has looked for earlier payments yet
    told = {
        "id": finding.id,
        "code": code,
        "name": finding.title(speech()),
        "given": "",
        "tell": "",
        "remedy": "",
        "quote": finding.quote or "",
        "place": place(finding.programme, finding.clause),
        "url": reverse("public:text", args=[finding.programme.document.id]),
    }
    if code == "met":
        said = given(finding)
        told["given"] = _("Yours: %(facts)s") % {"facts": said} if said else ""
        told["tell"] = "" if finding.quote else marked(rules.Words(finding.condition.basis.inferred or ""))
    elif code == "unknown":
        told["tell"] = open_words(finding, unsure)
    else:
        told["tell"] = tell_of(finding, listed=listed)
    return told


def conditions(
    assessment: "rules.Assessment", *, unsure: Iterable[str] = (), history: bool = True, listed: bool = True
) -> list[dict[str, Any]]:
    """Rows for ``looks/conditions.html``. Without ``history`` nothing is said of earlier payments.

    Without ``listed`` nobody has read a list yet.
    """
    rows = [_one(finding, unsure, history=history, listed=listed) for finding in assessment.findings]
    unsure = set(unsure)
    doubtful = {finding.id for finding in assessment.findings if unsure & set(finding.unknown)}
    return sorted(rows, key=lambda row: ORDER.index("unsure" if row["id"] in doubtful else row["code"]))


def conditions_from(findings: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows for some findings, in their order."""
    return [_one(finding, ()) for finding in findings]


def counted(rows: list[dict[str, Any]]) -> str:
    """3 met · 1 to be corrected · 1 to be checked."""
    words = {
        "met": lambda n: ngettext("%(n)s met", "%(n)s met", n),
        "faulty": lambda n: ngettext("%(n)s to be corrected", "%(n)s to be corrected", n),
        "unmet": lambda n: ngettext("%(n)s not met", "%(n)s not met", n),
        "unknown": lambda n: ngettext("%(n)s to be checked", "%(n)s to be checked", n),
    }
    found = []
    for code in ("met", "unmet", "faulty", "unknown"):
        if n := sum(row["code"] == code for row in rows):
            found.append(words[code](n) % {"n": n})
    return " · ".join(found)


def agency_names(codes: Iterable[str]) -> dict[str, Agency]:
    return Agency.objects.in_bulk(set(codes))


def name_of(agency: Agency) -> str:
    return agency.name_en if speech() == "en" else agency.name


def who_acts(programme: "rules.Programme", stage: Any, agencies: Mapping[str, Agency] | None = None) -> str:
    """Who a stage is with: its agency, the claimant, the employer, or all that pay."""
    codes = [payer.agency for payer in programme.payers] if stage.kind == "pay" else [stage.agency]
    if stage.agency == "claimant":
        return _("You") if programme.claimant == "person" else _("The organisation that claims")
    if stage.agency == "employer":
        return _("Your employer")
    known = agency_names(codes) if agencies is None else agencies
    return listed(name_of(known[code]) for code in codes if code in known)


def payers(payments: Iterable[Any]) -> list[dict[str, Any]]:
    """Rows for ``looks/payers.html``: each body by name with its own sum."""
    payments = list(payments)
    agencies = agency_names(payment.payer for payment in payments)
    return [
        {
            "name": _("%(agency)s pays") % {"agency": name_of(agencies[payment.payer])}
            if payment.payer in agencies
            else payment.payer,
            "amount_fen": payment.amount_fen,
            "why": "",
        }
        for payment in payments
    ]


def sum_in_words(payments: Iterable[Any]) -> str:
    """市总工会 600 元 + 区总工会 600 元."""
    payments = list(payments)
    agencies = agency_names(payment.payer for payment in payments)
    parts = []
    for payment in payments:
        agency = agencies.get(payment.payer)
        who = (agency.name_en if speech() == "en" else agency.short_name) if agency else payment.payer
        parts.append(f"{who} {rules_yuan(payment.amount_fen)}")
    return " + ".join(parts)


def rules_yuan(fen: int) -> str:
    """1,200 元."""
    figure = f"{fen / 100:,.2f}".removesuffix(".00")
    return _("%(figure)s yuan") % {"figure": figure}


def amount_range(programme: "rules.Programme") -> str:
    """1,200–1,600, or one figure; empty where it is computed."""
    span = programme.amount_range_fen()
    if not span:
        return ""
    figures = [f"{fen / 100:,.2f}".removesuffix(".00") for fen in dict.fromkeys(span)]
    return "–".join(figures)


def materials(programme: "rules.Programme") -> list[dict[str, str]]:
    return [
        {"name": m.title.say(speech()), "more": m.hint.say(speech()) if m.hint else ""}
        for m in programme.materials
    ]


def route(route: str | None) -> str:
    """How the money goes, in a sentence; nothing where the notice does not say."""
    return {
        "own_card": _("The money goes to a card in the claimant's own name."),
        "employer_receipt": _("The money goes to the employer, against its receipt."),
        "union_account": _("The money goes to the union's own account."),
    }.get(route or "", "")


def paid_elsewhere(share: Share) -> str:
    """That a payer pays in its own system, or that its bank sent the money back; empty where it pays here."""
    if share.came_back_elsewhere:
        return _("its bank sent it back; ask them which card they need")
    if share.elsewhere:
        return _("paid by that body itself")
    if not share.payer.works_here:
        return _("that body pays it itself; it has not told us yet")
    return ""


def beyond_review(stage: "rules.Stage", who: str, *, outside: bool) -> str:
    """What goes on at a stage that is no review here; empty at a review. ``outside``: its body has its own system."""
    if outside:
        return _("%(who)s does this step in another system; it goes on here afterwards.") % {"who": who}
    if stage.kind == "publish" and stage.list is None:
        return _("%(who)s tells you the result; if you do not object in the days after, it goes on.") % {
            "who": who
        }
    if stage.kind == "publish":
        return _("It is on public notice. If nobody objects it goes on.")
    if stage.kind == "deliberate":
        return _("%(who)s decides on it in a meeting.") % {"who": who}
    return ""
