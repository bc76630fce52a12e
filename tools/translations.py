"""Translations with Babel and Django's own template reader, so that the gettext tools are not needed.

compile   every django.po to django.mo
update    take new words of templates and Python into the room's locale/zh_Hans/LC_MESSAGES/django.po
check     fail if a word has no Chinese translation
"""

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PROJECT = ROOT / "src" / "jiangli"
PLACE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys(("gettext_lazy", "gettext_noop", "both")),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
Word = tuple[str | tuple[str, ...], str | None]  # the message, or its singular and plural; the context


def rooms() -> list[Path]:
    """Every folder of the project, and the project itself for its single modules."""
    return [
        PROJECT,
        *sorted(path for path in PROJECT.iterdir() if path.is_dir() and path.name != "__pycache__"),
    ]


def sources(room: Path) -> Iterator[Path]:
    kinds = ("*.py",) if room == PROJECT else ("**/*.py", "**/templates/**/*.html", "**/templates/**/*.txt")
    for kind in kinds:
        yield from sorted(room.glob(kind))


def extract(file: Path) -> Iterator[tuple[int, Word]]:
    """The words of one file that are to be translated, with their lines."""
    from django.utils.translation.template import templatize

    text = file.read_text("utf-8")
    code = text if file.suffix == ".py" else flush(templatize(text, origin=str(file)))
    for line, keyword, found, _comments in extract_python(io.BytesIO(code.encode()), KEYWORDS, [], {}):
        spec = KEYWORDS[keyword] or (1,)
        given = found if isinstance(found, tuple) else (found,)
        context = next((given[part[0] - 1] for part in spec if isinstance(part, tuple)), None)
        words = [given[part - 1] for part in spec if isinstance(part, int) and part <= len(given)]
        if words and all(words):
            yield line, (words[0] if len(words) == 1 else tuple(words), context)


def flush(code: str) -> str:
    """A template's words without its indentation, which means nothing in Python."""
    return "\n".join(line.lstrip() for line in code.splitlines())


def used(room: Path) -> dict[Word, list[tuple[str, int]]]:
    places: dict[Word, list[tuple[str, int]]] = {}
    for file in sources(room):
        for line, word in extract(file):
            places.setdefault(word, []).append((str(file.relative_to(ROOT)), line))
    return places


def read(file: Path) -> Catalog:
    if not file.is_file():
        return Catalog(locale="zh_Hans", project="jiangli", charset="utf-8", fuzzy=False)
    with file.open("rb") as stream:
        return read_po(stream, locale="zh_Hans")


def is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, list | tuple) else bool(message.string)


def compile_all() -> None:
    for file in sorted(PROJECT.rglob("LC_MESSAGES/django.po")):
        with file.open("rb") as stream:
            catalog = read_po(stream, locale=file.parts[-3])
        with file.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalog, use_fuzzy=False)


def key(word: Word) -> Word:
    """Babel finds a message by its singular and context."""
    return (word[0] if isinstance(word[0], str) else word[0][0], word[1])


def update() -> None:
    """Merge what is used into each room's catalogue; words that another room translates are left there."""
    catalogs = {room: read(room / PLACE) for room in rooms()}
    everywhere = {word: places for room in rooms() for word, places in used(room).items()}
    for room, catalog in catalogs.items():
        others = [other for other in catalogs.values() if other is not catalog]
        here = used(room)
        for word, places in here.items():
            message = catalog.get(*key(word))
            if message is None and any(is_translated(other.get(*key(word))) for other in others):
                continue
            if message is None:
                message = catalog.add(word[0], context=word[1])
            message.locations = [(file, 0) for file in dict.fromkeys(file for file, _line in places)]
        wanted = {key(word) for word in everywhere}
        for message in list(catalog):
            if message.id and key((message.id, message.context)) not in wanted:
                catalog.delete(*key((message.id, message.context)))
        if len(catalog) or (room / PLACE).is_file():
            (room / PLACE).parent.mkdir(parents=True, exist_ok=True)
            with (room / PLACE).open("wb") as stream:
                write_po(
                    stream, catalog, width=110, include_lineno=False, omit_header=False, sort_output=True
                )


def missing() -> list[str]:
    catalogs = [read(room / PLACE) for room in rooms()]
    return [
        f"{places[0][0]}:{places[0][1]}: no Chinese for {key(word)[0]!r}"
        for room in rooms()
        for word, places in used(room).items()
        if not any(is_translated(catalog.get(*key(word))) for catalog in catalogs)
    ]


def main() -> None:
    import django
    from django.conf import settings

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("act", choices=["compile", "update", "check"])
    act = parser.parse_args().act
    settings.configure(USE_I18N=True)
    django.setup()
    if act == "compile":
        compile_all()
    elif act == "update":
        update()
    elif gaps := missing():
        sys.exit("\n".join([*gaps, "Run `.venv/bin/python tools/translations.py update` and fill them in."]))


if __name__ == "__main__":
    main()
