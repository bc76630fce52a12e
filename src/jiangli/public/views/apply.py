"""Fill in a claim: one page after the other, check the answers, hand in."""

from typing import Any

from django.contrib import messages
from django.forms import ChoiceField
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from jiangli import clock
from jiangli.applications import actions as applications
from jiangli.applications.assessing import assess, programme_of
from jiangli.applications.guard import Taken
from jiangli.applications.models import Application
from jiangli.applications.permissions import acts_for, cannot_edit, payee_of
from jiangli.applications.queries import Gap, current_evidence, missing
from jiangli.applications.sheet import has_lines
from jiangli.applications.stages import answer_by
from jiangli.applications.status import Status
from jiangli.looks.forms import Answer
from jiangli.looks.templatetags.looks import written_day
from jiangli.public import certificates, names, sections, telling
from jiangli.public.differences import NUMBER, differences
from jiangli.public.forms import AccountForm, CardForm, NoteForm
from jiangli.public.lines import line_rows
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants
from jiangli.public.questions import NOT_CLEAR, UNCLEAR, FactForm, facts_from, has_answers
from jiangli.public.views.check import answers_of
from jiangli.refused import Refused
from jiangli.registers.card_numbers import passes_luhn
from jiangli.registers.models import Organisation
from jiangli.registers.names import same_name
from jiangli.registers.queries import certificate_conflict

PASSWORDS = "query_passwords"
EDITABLE = (Status.DRAFT, Status.RETURNED)


def shut(request: SignedIn, application: Application) -> HttpResponse | None:
    """Back to the case, with the reason, when its answers cannot be changed any more."""
    if reason := cannot_edit(application, request.user):
        messages.info(request, reason)
        return redirect("public:application", application.pk)
    return None


@never_cache
@for_claimants
def section(request: SignedIn, pk: Any, section: str) -> HttpResponse:
    """One page of questions, or the card. What is right is kept even if something else is not."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if closed := shut(request, application):
        return closed
    if section == sections.CARD:
        return _card(request, application)
    one = sections.section(application, section)
    if one is None:
        return redirect("public:application", pk)
    form = _fact_form(request, application, one)
    checked = {name for name, said in answers_of(request).items() if said == application.stated.get(name)}
    if request.method == "POST":
        valid = form.is_valid()
        said = facts_from(form)
        if not valid:
            said = {name: value for name, value in said.items() if value is not None}
        said |= sections.stale(programme_of(application), _merged(application, said))
        try:
            applications.save_answers(application, stated=said, by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        if form.is_valid():
            return onward(request, application)
    context = {
        "form": form,
        "application": application,
        "title": one.title,
        "rule": programme_of(application),
        "groups": _groups(form, one, checked),
        "settled": sections.settled_rows(application, one.id),
    }
    context["returned"] = returned_for(application, {fact.name for fact in one.facts})
    return show(request, "public/section.html", context)


def _groups(form: FactForm, one: sections.Section, checked: set[str]) -> list[dict[str, Any]]:
    """The fields of a page: what one copies, what the check asked already, what is left to choose."""
    typed = {fact.name for fact in one.facts if not has_answers(fact)}
    carried = [fact.name for fact in one.facts if fact.name in checked]
    written = [f.name for f in one.facts if f.name not in checked and f.name in typed]
    chosen = [f.name for f in one.facts if f.name not in checked and f.name not in typed]
    copied = _("As it stands on the certificate") if one.id == "certificate" else _("To write")
    titled = [(copied, written), (_("Taken over from your answers"), carried), (_("To choose"), chosen)]
    groups = [{"title": title, "fields": [form[name] for name in found]} for title, found in titled if found]
    groups = groups if len(groups) > 1 else [{**group, "title": ""} for group in groups]
    held = [form[certificates.HELD]] if certificates.HELD in form.fields else []
    return [{"title": "", "fields": held}, *groups] if held else groups


def _merged(application: Application, said: dict[str, Any]) -> dict[str, Any]:
    both = {**application.stated, **said}
    return {name: value for name, value in both.items() if value is not None}


def _fact_form(request: SignedIn, application: Application, one: sections.Section) -> FactForm:
    stated = application.stated
    started = any(fact.name in stated for fact in one.facts)
    unsure = [
        fact.name
        for fact in one.facts
        if started and fact.name not in stated and not sections.must_answer(fact)
    ]
    form = certificates.form_of_page(
        request, application, one.facts, known=stated, unsure=unsure, choices=sections.choices(application)
    )
    for name, field in form.fields.items():
        if name not in form.facts or (certificates.HELD in form.fields and name == NUMBER):
            continue
        field.label = sections.name_of(form.facts[name])
        if isinstance(field, ChoiceField) and form.may_be_unsure(form.facts[name]):
            choices = [(id, answer) for id, answer in list(field.choices) if id != UNCLEAR]  # type: ignore[arg-type]
            unclear = Answer(NOT_CLEAR, _("An officer looks it up."), otherwise=True)
            field.choices = [*choices, (UNCLEAR, unclear)]
    return form


def _account_form(request: SignedIn, application: Application) -> CardForm:
    """The card of a person, or the account of an organisation, filled with the one it is known by."""
    first = {
        "account_name": application.account_name,
        "account_number": sections.grouped(application.account_number),
        "account_bank": application.account_bank,
    }
    payee = payee_of(application)
    if isinstance(payee, Organisation):
        known = {
            "account_name": payee.account_name or payee.name,
            "account_number": sections.grouped(payee.account_number),
            "account_bank": payee.account_bank,
        }
        first = {name: value or known[name] for name, value in first.items()}
        return AccountForm(posted(request), initial=first, holder=payee.name)
    form = CardForm(posted(request), initial=first)
    if application.organisation_id:
        form.fields["account_name"].help_text = _("The card must be the worker's own, in their name.")
    return form


def _card(request: SignedIn, application: Application) -> HttpResponse:
    form = _account_form(request, application)
    if request.method == "POST":
        valid = form.is_valid()
        account = {name: form.cleaned_data[name] for name in form.fields if name in form.cleaned_data}
        try:
            applications.save_answers(application, account=account, by=request.user, at=clock.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            of_person = not isinstance(form, AccountForm)
            if valid and of_person and not passes_luhn(account["account_number"]):
                messages.warning(
                    request,
                    _(
                        "The card number is kept. Its check digit does not fit; compare it with the card once more."
                    ),
                )
        if form.is_valid():
            return onward(request, application)
    programme = programme_of(application)
    context = {
        "form": form,
        "application": application,
        "title": sections.account_title(application),
        "rule": programme,
        "lead": telling.route(programme.route),
    }
    context["returned"] = returned_for(application, {"account", *form.fields}, prefix="account")
    return show(request, "public/section.html", context)


def returned_for(application: Application, parts: set[str], prefix: str = "") -> list[dict[str, str]]:
    """What the officer asked to correct on this page."""
    if application.status != Status.RETURNED:
        return []
    opinion = application.opinions.filter(act="return").last()
    rows = opinion.fields if opinion else []
    return [r for r in rows if r["field"] in parts or (prefix and r["field"].startswith(prefix))]


def onward(request: SignedIn, application: Application) -> HttpResponse:
    """Back to the answers if one came from there, else to what is missing next."""
    if request.GET.get("from") == "answers":
        return redirect("public:answers", application.pk)
    application.refresh_from_db()
    if application.status == Status.RETURNED:
        return redirect("public:application", application.pk)
    return redirect(sections.next_page(application))


@never_cache
@for_claimants
def answers(request: SignedIn, pk: Any) -> HttpResponse:
    """Check the answers and hand in. A fault that cannot be mended goes in with a line to the officer."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    form = NoteForm(posted(request), initial={"note": application.note_to_officer})
    first = None
    if assess(application, at=clock.now()).faults and application.status in EDITABLE:
        form.demand()
    if request.method == "POST" and form.is_valid():
        try:
            submitted = applications.submit(
                application, by=request.user, at=clock.now(), note=form.cleaned_data["note"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            first = refusal.first if isinstance(refusal, Taken) else None
        else:
            if submitted.query_password:
                kept = request.session.get(PASSWORDS, {})
                request.session[PASSWORDS] = {**kept, str(pk): submitted.query_password}
            return redirect("public:done", pk)
    if cannot_edit(application, request.user):
        return redirect("public:application", pk)
    mine = first is not None and acts_for(first, request.user)
    context = {**_answers(application, form, request.GET.get("page", "")), "first": first if mine else None}
    return show(request, "public/answers.html", context)


def _answers(application: Application, form: NoteForm, page: str) -> dict[str, Any]:
    assessed = assess(application, at=clock.now())
    conflict = _conflict(application)
    faults, wrong = ([], []) if conflict else (assessed.faults, assessed.wrong)
    gaps = missing(application, on=clock.today())
    groups = sections.answer_rows(application)
    for group in groups:
        for row in group["rows"]:
            if "url" in row:
                row["url"] += "?from=answers"
    stopping = {name for finding in wrong for name in finding.facts}
    for_other = application.organisation is not None  # then no register's word about the person is shown
    differing = [] if conflict or for_other else differences(application, assessed.programme, stopping)
    compared = {name for finding in faults for name in finding.facts}
    return {
        "form": form,
        "application": application,
        "rule": assessed.programme,
        "groups": groups,
        "photos": _photos(application),
        "gaps": [_gap(application, gap) for gap in gaps],
        "faults": [_fault(application, finding, assessed.sheet.sources) for finding in faults],
        "conflict": conflict,
        "number_url": sections.address(application, NUMBER) + "?from=answers",
        "differences": [one for one in differing if one["stops"]],
        "remarks": [one for one in differing if not one["stops"] and one["name"] not in compared],
        "wrong": telling.conditions_from(wrong),
        "ready": not gaps and not wrong and not conflict,
        "amount": assessed.answer.amount_fen,
        "again": application.status == Status.RETURNED,
        "party": _parties(application),
        "known": any(row.get("source") for group in groups for row in group["rows"]) and for_other,
        "lines": line_rows(application, assessed.answer.lines, page),
        "editor": reverse("public:lines", args=[application.pk]) if has_lines(assessed.programme) else "",
    }


def _gap(application: Application, gap: Gap) -> dict[str, str]:
    label = sections.account_title(application) if gap.part == "account" else gap.label
    return {"label": label, "url": sections.address(application, gap.part)}


def _conflict(application: Application) -> str | None:
    """Why the certificate of a claim without a list is not this person's."""
    if has_lines(programme_of(application)):
        return None
    line = application.lines.select_related("person", "certificate").first()
    held = line.certificate if line else None
    return certificate_conflict(line.person, held) if line and line.person and held else None


def _parties(application: Application) -> list[dict[str, str]]:
    """Who claims, and for whom."""
    rows = []
    if application.organisation:
        rows.append({"key": _("Organisation"), "value": application.organisation.name})
    if application.claimant:
        key = _("Worker") if application.organisation else _("Name")
        rows.append({"key": key, "value": application.claimant.name})
    return rows


def _photos(application: Application) -> list[dict[str, Any]]:
    lang = telling.speech()
    found = list(current_evidence(application))
    gaps = {gap.part for gap in missing(application, on=clock.today())}
    rows = []
    for material in programme_of(application).materials:
        count = sum(one.material == material.id for one in found)
        url = reverse("public:photos", args=[application.pk, material.id])
        rows.append(
            {
                "key": material.title.say(lang),
                "value": _("%(count)s files") % {"count": count} if count else _("None yet"),
                "missing": not count and f"material:{material.id}" in gaps,
                "url": url,
                "action": _("Change"),
            }
        )
    return rows


def _fault(application: Application, finding: Any, sources: dict[str, str]) -> dict[str, Any]:
    """A fault with both strings, where they part, what to do about this pair, and where to mend it."""
    row = telling.conditions_from([finding])[0]
    said = [name for name in finding.facts if isinstance(finding.given.get(name), str)]
    lang = telling.speech()
    compared = None
    if len(said) > 1 and all(finding.programme.dictionary[name].kind == "text" for name in said):
        by_place = {finding.programme.dictionary[name].label.say(lang): finding.given[name] for name in said}
        compared = names.comparison(by_place)
    links = []
    right = finding.given.get(finding.facts[0]) if compared else None
    for name in finding.facts:
        if sources.get(name) == "register" or name in sections.KNOWN_BY_NAME:
            continue
        if right is None or finding.given.get(name) != right:
            url = sections.address(application, name) + "?from=answers"
            links.append({"url": url, "label": sections.label(application, name)})
    row["advice"] = _advice(finding, right, sources) if compared else []
    return {**row, "compared": compared, "links": list({link["url"]: link for link in links}.values())}


def _advice(finding: Any, right: Any, sources: dict[str, str]) -> list[str]:
    """What to do about each name that differs from the claimant's own."""
    found = []
    for name in finding.facts[1:]:
        other = finding.given.get(name)
        if other is None or other == right:
            continue
        if name.startswith("account."):
            found.append(
                _(
                    "If the bank writes it so, keep it and tell the officer below. If it is a slip, correct it."
                )
                if same_name(str(right), str(other))
                else _("Give a card of your own.")
            )
        elif sources.get(name) == "register":
            found.append(
                _(
                    "The certificate register writes it so; you cannot change it here. Look at the "
                    "certificate itself and tell the officer below how it stands there."
                )
            )
        else:
            found.append(_("Compare it with the certificate, letter by letter."))
    return found


@never_cache
@for_claimants
def done(request: SignedIn, pk: Any) -> HttpResponse:
    """Handed in: number, query code once, what happens next."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if application.number is None:
        return redirect("public:application", pk)
    kept = request.session.get(PASSWORDS, {})
    password = kept.pop(str(pk), None)
    if password:
        request.session[PASSWORDS] = kept
    found = programme_of(application)
    context = {"application": application, "rule": found, "password": password}
    context["steps"] = _ahead(application)
    return show(request, "public/done.html", context)


def _ahead(application: Application) -> list[dict[str, str]]:
    """What happens next, by whom, and how long the notice gives them."""
    found = programme_of(application)
    steps = []
    for at, stage in enumerate(found.stages):
        if at < application.stage:
            continue
        who = telling.who_acts(found, stage)
        days = _("within %(days)s days") % {"days": stage.days} if stage.days else ""
        if at == application.stage and (day := answer_by(application)):
            days = _("answers by %(day)s") % {"day": written_day(day, clock.today())}
        more = " · ".join(part for part in (who, days) if part)
        steps.append(
            {
                "title": stage.title.say(telling.speech()),
                "more": more,
                "at": "now" if at == application.stage else "next",
            }
        )
    return steps
