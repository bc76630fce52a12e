"""Every sentence of the officers' pages has its Chinese."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import jiangli.staff

HERE = Path(jiangli.staff.__file__).parent
IN_TEMPLATE = re.compile(
    r'{% translate "([^"]+)"|{% blocktranslate[^%]*%}(.*?){% (?:plural|endblocktranslate)', re.S
)
IN_PYTHON = re.compile(r'\b(?:_|gettext|gettext_lazy)\(\s*"((?:[^"\\]|\\.)+)"')


def test_every_sentence_has_its_chinese() -> None:
    with (HERE / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalogue = read_po(file)
    known = {m.id[0] if isinstance(m.id, tuple) else m.id for m in catalogue if m.id and m.string}
    missing = []
    for path in [*HERE.rglob("*.html"), *HERE.rglob("*.py")]:
        text = path.read_text("utf-8")
        found = (
            IN_TEMPLATE.findall(text)
            if path.suffix == ".html"
            else [(s, "") for s in IN_PYTHON.findall(text)]
        )
        for plain, block in found:
            msgid = plain or re.sub(r"{{ *(\w+) *}}", r"%(\1)s", block)
            if msgid not in known:
                missing.append((path.name, msgid))
    assert not missing
