"""What sets the house up and watches over it."""

import importlib
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch):
    """Import one of the scripts in tools/ by its name."""
    monkeypatch.syspath_prepend(str(TOOLS))

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    return load


def test_a_stamp_is_fresh_only_for_the_same_content(tool, tmp_path):
    stamps = tool("stamps")
    source, stamp = tmp_path / "a.lock", tmp_path / "deep" / "stamp"
    source.write_text("one")
    first = stamps.Stamp(stamp, stamps.fingerprint([source]))
    assert not first.is_fresh()
    first.set()
    assert first.is_fresh()
    source.write_text("two")
    assert not stamps.Stamp(stamp, stamps.fingerprint([source])).is_fresh()
    source.write_text("one")
    assert stamps.Stamp(stamp, stamps.fingerprint([source])).is_fresh()
    assert not stamps.Stamp(stamp, stamps.fingerprint([source], "another database")).is_fresh()


def test_words_of_templates_are_found(tool, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(
        '{% translate "File it" %}{% translate "May" context "month" %}{{ _("Back") }}\n'
        "{% blocktranslate count n=n %}one case{% plural %}{{ n }} cases{% endblocktranslate %}\n"
    )
    found = {word: line for line, word in tool("translations").extract(page)}
    assert found[("File it", None)] == 1
    assert found[("one case", "%(n)s cases"), None] == 2
    assert {("May", "month"), ("Back", None)} <= found.keys()


def test_words_of_python_are_found(tool, tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        "_('Refused')\ngettext_lazy('Paid')\npgettext('month', 'May')\nngettext('a', '%(n)s as', 2)\n_(name)\n"
    )
    found = [word for _line, word in tool("translations").extract(module)]
    assert found == [("Refused", None), ("Paid", None), ("May", "month"), (("a", "%(n)s as"), None)]


def test_two_test_files_of_one_name_are_refused(tool, tmp_path, monkeypatch):
    check = tool("check")
    names = (
        "tests/rules/test_a.py",
        "tests/public/test_a.py",
        "tests/public/conftest.py",
        "tests/conftest.py",
    )
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "tracked", lambda: [tmp_path / name for name in names])
    (problem,) = check.tests_named_alike()
    assert problem.startswith("tests/public/test_a.py: tests/rules/test_a.py has the same name")


def test_a_programme_named_in_the_code_is_told(tool, tmp_path, monkeypatch):
    check = tool("check")
    (tmp_path / "policies").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "policies" / "a.toml").write_text('id = "town-2030-welder"\n')
    (tmp_path / "src" / "a.py").write_text(
        'if code == "town-2030-welder": ...\nother = "town-2030-welders"\n'
    )
    monkeypatch.setattr(check, "ROOT", tmp_path)
    monkeypatch.setattr(check, "tracked", lambda: [tmp_path / "src" / "a.py"])
    (problem,) = check.programmes()
    assert problem.startswith("src/a.py:1:")


def test_a_lock_that_names_a_host_is_told(tool, tmp_path, monkeypatch):
    check = tool("check")
    (tmp_path / "requirements.lock").write_text(
        "a==1 \\\n    --hash=sha256:00\nb==2\n--index-url https://mirror.example/simple\n"
    )
    monkeypatch.setattr(check, "ROOT", tmp_path)
    assert [problem.split(":")[0] for problem in check.locks()] == ["requirements.lock", "requirements.lock"]


def test_links_and_headings_of_documents(tool, tmp_path, monkeypatch):
    docs = tool("docs")
    (tmp_path / "a.md").write_text("# One place\n[b](b.md) [c](c.md) [here](#one-place) [x](#no)\n")
    (tmp_path / "b.md").write_text(
        "```\n[code](is-not-a-link)\n```\n[a](a.md#one-place) [w](https://example.org)"
    )
    monkeypatch.setattr(docs, "ROOT", tmp_path)
    assert list(docs.links()) == ["a.md: the link leads nowhere: c.md", "a.md: no such heading: #no"]


@pytest.mark.django_db(transaction=True)
def test_the_database_is_the_one_of_this_pass():
    """Both passes really run where they say: a file for SQLite, a socket for PostgreSQL."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA database_list")
            assert Path(cursor.fetchone()[2]).is_file()
        else:
            assert connection.settings_dict["HOST"].startswith("/")
