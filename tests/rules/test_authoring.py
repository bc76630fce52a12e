"""jiangli policy new, diff and reference, as an author calls them."""

from __future__ import annotations

import json

import pytest
from notices import NOTICE
from small_law import PROGRAMME, SMALL

from jiangli.__main__ import main

CASE = '{"id": "one-01", "note": "甲", "request": {"programme": "%s", "applied_on": "2025-06-10",' + (
    ' "facts": {"a.yes": true}}, "expect": {"amount": "100.00"}}\n'
)


def folder(root, name: str, text: str = PROGRAMME, id: str = "test-one"):
    """A document's folder in a policies folder, from the small law."""
    root.mkdir(exist_ok=True)
    (root / "facts.toml").write_text(SMALL["facts.toml"])
    (root / name).mkdir()
    files = {"document.toml": SMALL["test/document.toml"], "text.md": SMALL["test/text.md"]}
    files |= {"one.toml": text.replace("test-one", id), "one.cases.jsonl": CASE % id}
    for file, content in files.items():
        (root / name / file).write_text(content)
    return root / name


def test_a_new_folder_from_a_text(tmp_path, capsys):
    (tmp_path / "facts.toml").write_text(SMALL["facts.toml"])
    text = tmp_path / "county-2026.txt"
    text.write_text(NOTICE)
    assert main(["policy", "new", str(text), "--policies", str(tmp_path)]) == 0
    assert f"policy check {tmp_path}" in capsys.readouterr().out
    made = {path.name for path in (tmp_path / "county-2026").iterdir()}
    assert {"text.md", "document.toml", "programme-01.toml", "programme-01.cases.jsonl"} <= made
    assert main(["policy", "new", str(text), "--policies", str(tmp_path)]) == 1
    assert "This folder is there already." in capsys.readouterr().err


def test_next_year_from_last_years_folder(tmp_path, capsys):
    old = folder(tmp_path, "test-2025", id="test-2025-one")
    own = '[facts."c.own"]\ntype = "bool"\nzh = "自有"\ndescription = "x"\nsource = "officer"\n'
    (old / "facts.toml").write_text(own)
    (old / "one.toml").write_text((old / "one.toml").read_text().replace('"a.yes"', '"a.yes OR c.own"'))
    text = tmp_path / "new.md"
    text.write_text(SMALL["test/text.md"].replace("# 测试通知", "# 2026年测试通知", 1))
    assert main(["policy", "new", str(text), "--from", str(old), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("3 quotes: 3 unchanged")
    assert f"move from test-2025/facts.toml to {tmp_path}/facts.toml:" in out
    assert '[facts."c.own"]' in out
    assert '"test-2026-one"' in (tmp_path / "test-2026" / "one.toml").read_text()
    (old / "facts.toml").unlink()
    (tmp_path / "facts.toml").write_text(SMALL["facts.toml"] + "\n" + own)
    assert main(["policy", "check", str(tmp_path)]) == 0
    assert main(["policy", "new", str(text), "--from", str(old), "--folder", "again"]) == 0
    assert "move from" not in capsys.readouterr().out


def test_two_folders_differ(tmp_path, capsys):
    old = folder(tmp_path / "a", "test")
    new = folder(tmp_path / "b", "test", PROGRAMME.replace("yuan  = 100", "yuan  = 200"))
    assert main(["policy", "diff", str(old), str(new)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "测试项目\ttest-one",
        "  金额 所有情形：100 元 → 200 元",
        "  原有的案例，结果不同：",
        "    one-01（甲）：amount 100.00 → 200.00",
        "0 个项目没有变",
    ]
    assert main(["policy", "diff", str(old), str(old), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "1 programmes unchanged\n"


def test_files_of_other_names_and_programmes_that_are_new(tmp_path, capsys):
    old = folder(tmp_path / "a", "test")
    new = folder(tmp_path / "b", "test")
    (new / "two.toml").write_text(PROGRAMME.replace("test-one", "test-two"))
    assert main(["policy", "diff", str(old / "one.toml"), str(new / "two.toml")]) == 0
    assert capsys.readouterr().out == "1 个项目没有变\n"
    assert main(["policy", "diff", str(old), str(new)]) == 0
    assert capsys.readouterr().out.splitlines() == ["测试项目（新增）\ttest-two", "1 个项目没有变"]


def test_a_difference_for_machines(tmp_path, capsys):
    old = folder(tmp_path / "a", "test")
    new = folder(tmp_path / "b", "test", PROGRAMME.replace("yuan  = 100", "yuan  = 200"))
    (new / "document.toml").write_text(SMALL["test/document.toml"].replace("测试通知", "新通知"))
    assert main(["policy", "diff", str(old), str(new), "--json", "--lang", "en"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["document"][0]["after"] == "新通知"
    assert found["programmes"][0]["cases"][0]["after"] == {
        "outcome": "eligible",
        "amount": "200.00",
        "failed": [],
    }
    assert found["unchanged"] == 0


def test_a_folder_that_is_not_finished_does_not_stand_in_the_way(tmp_path, capsys):
    there = folder(tmp_path, "test")
    (folder(tmp_path, "other") / "one.toml").write_text("id = \n")
    assert main(["policy", "diff", str(there), str(there)]) == 0
    assert capsys.readouterr().out == "1 个项目没有变\n"


def test_an_overlay_differs_from_its_programme(tmp_path, capsys):
    there = folder(tmp_path, "test")
    head = 'overlays = "test-one"\nid = "test-one-more"\nstatus = "proposed"\nsource = "x"\n'
    (there / "one.less.overlay.toml").write_text(head.replace("more", "less"))
    overlay = there / "one.more.overlay.toml"
    overlay.write_text(f'{head}[amount]\nyuan = 300\ninferred = "x"\n')
    assert main(["policy", "diff", str(there / "one.toml"), str(overlay)]) == 0
    assert "  金额 所有情形：100 元 → 300 元" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing", "There is no such folder"),
        ("document.toml", "not a programme file"),
        ("", "no programme file here"),
    ],
)
def test_what_cannot_be_compared_is_said(tmp_path, capsys, name, said):
    there = folder(tmp_path, "test")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main(["policy", "diff", str(there), str(there / name if name else empty)]) == 1
    assert said in capsys.readouterr().err


def test_a_reader_that_has_seen_enough(tmp_path, monkeypatch):
    there = folder(tmp_path, "test")
    ends = []
    monkeypatch.setattr("builtins.print", _broken)
    monkeypatch.setattr("os.dup2", lambda *files: ends.append(files))
    monkeypatch.setattr(
        "sys.stdout", type("Out", (), {"fileno": lambda self: 1, "flush": lambda self: None})()
    )
    assert main(["policy", "diff", str(there), str(there)]) == 1
    assert len(ends) == 1


def _broken(*words, **more):
    raise BrokenPipeError


def test_the_reference_is_printed(tmp_path, capsys):
    folder(tmp_path, "test")
    assert main(["policy", "reference", "--policies", str(tmp_path)]) == 0
    assert "### test-one" in capsys.readouterr().out


def test_an_act_that_is_not_there(capsys):
    with pytest.raises(SystemExit):
        main(["policy", "dance"])
