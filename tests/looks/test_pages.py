import re
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.urls import reverse

import jiangli.looks

FOLDER = Path(jiangli.looks.__file__).parent
TEMPLATES = sorted(
    path.relative_to(FOLDER / "templates").as_posix() for path in FOLDER.glob("templates/**/*.html")
)


@pytest.fixture
def demo(settings):
    settings.JIANGLI_DEMO = True


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles_and_is_safe_under_a_strict_policy(name: str) -> None:
    source = get_template(name).template.source
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=|javascript:", source)


@pytest.mark.parametrize("page", ["gallery", "gallery-staff", "gallery-print"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_gallery_shows_everything(client, demo, page: str, language: str) -> None:
    response = client.get(reverse(f"looks:{page}"), headers={"accept-language": language})
    assert response.status_code == 200
    assert "{%" not in response.text and "{#" not in response.text


def test_every_component_is_in_the_gallery() -> None:
    shown = "".join(path.read_text(encoding="utf-8") for path in FOLDER.glob("templates/**/*.html"))
    shown += (FOLDER / "forms.py").read_text() + (FOLDER / "widgets.py").read_text()
    shown += (FOLDER / "views.py").read_text() + (FOLDER / "templatetags/looks.py").read_text()
    unused = [name for name in TEMPLATES if name.startswith("looks/") and f'"{name}"' not in shown]
    assert unused == []


def test_the_gallery_is_for_the_demo_only(client, settings, db) -> None:
    settings.DEBUG = settings.JIANGLI_DEMO = False
    assert client.get(reverse("looks:gallery")).status_code == 404


def test_large_text_is_switched_on_and_off(client, demo) -> None:
    here = reverse("looks:gallery")
    response = client.post(reverse("looks:large"), {"next": here})
    assert (response.status_code, response["Location"]) == (302, here)
    assert re.search(r'class="[^"]*\blarge\b', client.get(here).text)
    client.post(reverse("looks:large"), {"next": here})
    assert not client.cookies["large"].value


def test_no_one_is_sent_to_another_site(client) -> None:
    assert client.post(reverse("looks:large"), {"next": "https://example.com/"})["Location"] == "/"


def test_the_language_is_switched(client, demo) -> None:
    here = reverse("looks:gallery")
    assert "Someone to ask" not in client.get(here, headers={"accept-language": "zh-hans"}).text
    client.post(reverse("looks:language"), {"language": "en", "next": here})
    assert "Someone to ask" in client.get(here).text
