"""Photographs: what is there, more of them, one away again."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jiangli import clock, files, rules
from jiangli.applications import actions as applications
from jiangli.applications.assessing import programme_of
from jiangli.applications.models import Application, Evidence, EvidenceState, Line
from jiangli.applications.queries import current_evidence, given_before
from jiangli.applications.sheet import has_roster
from jiangli.public import doors, sections, telling
from jiangli.public.forms import PhotosForm
from jiangli.public.lines import name_of_line, page_of
from jiangli.public.pages import posted, show
from jiangli.public.people import SignedIn, for_claimants
from jiangli.public.views.apply import returned_for, shut
from jiangli.refused import Refused


@never_cache
@for_claimants
def photos(request: SignedIn, pk: Any, material: str) -> HttpResponse:
    """The files for one material. Those that can be taken are kept, the others are named with the reason."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    if closed := shut(request, application):
        return closed
    found = programme_of(application)
    wanted = next((m for m in found.materials if m.id == material), None)
    if wanted is None:
        raise Http404
    lines, line = _lines(request, application, wanted)
    if lines is not None and line is None:
        return _by_line(request, application, wanted, lines)
    form = PhotosForm(posted(request), request.FILES if request.method == "POST" else None)
    if request.method == "POST":
        if "done" in request.POST and not request.FILES:
            if line is not None:
                return redirect(request.path)
            return _onward(request, application)
        if form.is_valid() and _add_all(request, application, material, form, line):
            if line is not None and "done" in request.POST:
                return redirect(request.path)
            if "done" in request.POST:
                return _onward(request, application)
            return redirect(request.get_full_path())
    lang = telling.speech()
    context = {
        "form": form,
        "application": application,
        "material": material,
        "rule": found,
        "title": wanted.title.say(lang),
        "over": name_of_line(found, line) if line else "",
        "hint": wanted.hint.say(lang) if wanted.hint else "",
        "optional": wanted.optional,
        "there": [_shown(one) for one in current_evidence(application).filter(material=material, line=line)],
        "before": [_before(one) for one in given_before(application, material, request.user)]
        if line is None
        else [],
        "returned": returned_for(application, {material, f"material:{material}"}),
    }
    return show(request, "public/photos.html", context)


def _lines(
    request: SignedIn, application: Application, wanted: "rules.Material"
) -> tuple[list[Line] | None, Line | None]:
    """The lines of a roster that a material is asked for, with the one that is chosen; none where it is asked once."""
    if wanted.per != "line" or not has_roster(programme_of(application)):
        return None, None
    lines = list(application.lines.select_related("person", "certificate"))
    chosen = request.GET.get("line", "")
    return lines, next((line for line in lines if str(line.number) == chosen), None)


def _by_line(
    request: SignedIn, application: Application, wanted: "rules.Material", lines: list[Line]
) -> HttpResponse:
    """The lines of a roster, each with how many files it has; those without come first."""
    if request.method == "POST":
        return _onward(request, application)
    found, lang = programme_of(application), telling.speech()
    counts: dict[int, int] = {}
    for line in current_evidence(application).filter(material=wanted.id).values_list("line", flat=True):
        counts[line] = counts.get(line, 0) + 1
    page = page_of(
        sorted(lines, key=lambda line: (line.pk in counts, line.number)), request.GET.get("page", "")
    )
    context = {
        "application": application,
        "rule": found,
        "title": wanted.title.say(lang),
        "hint": wanted.hint.say(lang) if wanted.hint else "",
        "page": page,
        "tasks": [_line_task(found, line, counts.get(line.pk, 0)) for line in page],
        "without": sum(line.pk not in counts for line in lines),
        "rosters": doors.rosters(application),
    }
    return show(request, "public/photos_lines.html", context)


def _line_task(programme: "rules.Programme", line: Line, count: int) -> dict[str, str]:
    return {
        "name": f"{line.number}. {name_of_line(programme, line)}",
        "url": f"?line={line.number}",
        "more": _("%(count)s files") % {"count": count} if count else "",
        "kind": "condition",
        "code": "met" if count else "unknown",
        "word": _("Filled in") if count else _("To fill in"),
    }


def _onward(request: SignedIn, application: Application) -> HttpResponse:
    if request.GET.get("from") == "answers":
        return redirect("public:answers", application.pk)
    if application.status == "returned":
        return redirect("public:application", application.pk)
    return redirect(sections.next_page(application))


def _add_all(
    request: SignedIn, application: Application, material: str, form: PhotosForm, line: Line | None
) -> bool:
    """One action a file, so that one bad picture costs none of the others. What is too large is never read."""
    kept = 0
    most, sent = settings.UPLOAD_MAX_FILES_PER_MATERIAL, form.cleaned_data["photos"]
    for file in sent[most:]:
        why = _("not kept, because only %(most)s fit at once. Send it again if there is room.") % {
            "most": most
        }
        form.add_error("photos", _("%(name)s: %(why)s") % {"name": file.name, "why": why})
    for file in sent[:most]:
        try:
            _check_size(file.size)
            applications.add_evidence(
                application, material, file.name, file.read(), line=line, by=request.user, at=clock.now()
            )
            kept += 1
        except Refused as refusal:
            form.add_error("photos", _("%(name)s: %(why)s") % {"name": file.name, "why": refusal})
    if kept:
        messages.success(request, _("%(count)s files kept.") % {"count": kept})
    return not form.errors


def _check_size(size: int) -> None:
    if size > settings.UPLOAD_MAX_BYTES:
        raise Refused(
            _("This file is larger than %(limit)s MB. Take a photograph of it instead.")
            % {"limit": settings.UPLOAD_MAX_BYTES // (1024 * 1024)}
        )


def _before(evidence: Evidence) -> dict[str, Any]:
    """A file of an earlier case, with the day on which it was given."""
    return {**_shown(evidence), "case": evidence.application_id, "on": clock.day_of(evidence.added_at)}


@require_POST
@for_claimants
def reuse(request: SignedIn, pk: Any, material: str, evidence: Any) -> HttpResponse:
    """Use a file of an earlier case here, too."""
    application = get_object_or_404(Application.objects.visible_to(request.user), pk=pk)
    row = get_object_or_404(Evidence.objects.visible_to(request.user), pk=evidence)
    try:
        applications.reuse_evidence(application, material, row, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Used here, too."))
    return redirect("public:photos", pk, material)


def _shown(evidence: Evidence) -> dict[str, Any]:
    unreadable = evidence.state == EvidenceState.UNREADABLE
    return {
        "pk": evidence.pk,
        "name": evidence.original_name or _("Photo"),
        "size": evidence.size,
        "unreadable": unreadable,
        "picture": evidence.content_type.startswith("image/") and not unreadable,
    }


@never_cache
@for_claimants
@require_safe
def picture(request: SignedIn, pk: Any, evidence: Any) -> HttpResponse:
    """One's own file: the re-encoded first page once it is there, else the original."""
    row = get_object_or_404(
        Evidence.objects.visible_to(request.user), pk=evidence, application=pk, removed_at=None
    )
    name, kind = (row.previews[0], "image/jpeg") if row.previews else (row.file, row.content_type)
    response = HttpResponse(files.read(name), content_type=kind)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@for_claimants
def remove(request: SignedIn, pk: Any, evidence: Any) -> HttpResponse:
    """Take a file away again."""
    row = get_object_or_404(Evidence.objects.visible_to(request.user), pk=evidence, application=pk)
    try:
        applications.remove_evidence(row, by=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("public:application", pk)
    messages.success(request, _("Taken away."))
    there = reverse("public:photos", args=[pk, row.material])
    return redirect(f"{there}?line={row.line.number}" if row.line else there)
