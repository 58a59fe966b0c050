"""`hejie catalogue`: keep translations/ in step with the sentences that stand in the code and the templates.

One .po a feature; a sentence stands in one of them only, and stays where it has once been put.
"""

import re
import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import normalize, read_po

from portal.config import ROOT

LOCALE = "zh_CN"
FOLDER = ROOT / "translations" / LOCALE / "LC_MESSAGES"
SHARED = "layouts"  # the catalogue of what belongs to no feature
NO_FEATURE = {"layouts", "components", "errors", "web", "core"}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "N_": None}
Id = str | tuple[str, ...]  # with its plural, where it has one


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; list what is missing, fuzzy or obsolete.")
def catalogue(check: bool) -> None:
    """Add new sentences to the catalogues and drop those that are gone."""
    used = sentences_in_use()
    if not check:
        update(used)
    complaints = list(complain(used))
    for complaint in complaints:
        click.echo(complaint)
    if complaints:
        raise click.ClickException(f"{len(complaints)} sentences are not ready in {LOCALE}.")
    click.echo(f"{len(used)} sentences, all of them in {LOCALE}.")


def sentences_in_use() -> dict[Id, str]:
    """Every marked sentence of the portal, with the feature (the catalogue) it belongs to."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]["mappings"]
    found: dict[Id, str] = {}
    for path, _, message, _, _ in extract_from_dir(
        ROOT,
        method_map=[(mapping["pattern"], mapping["method"]) for mapping in mappings],
        options_map={mapping["pattern"]: {"silent": "false"} for mapping in mappings},
        keywords=KEYWORDS,
        directory_filter=lambda folder: (
            Path(folder).name not in {"instance", "tests"} and not Path(folder).name.startswith(".")
        ),
    ):
        feature = feature_of(Path(path))
        if found.setdefault(message, feature) != feature:
            found[message] = SHARED
    return dict(sorted(found.items(), key=lambda item: (item[1], str(item[0]))))


def feature_of(path: Path) -> str:
    """portal/disputes/views.py and templates/disputes/show.html belong to disputes."""
    folder = path.parts[1] if len(path.parts) > 2 else SHARED
    return SHARED if folder in NO_FEATURE else folder


def complain(used: dict[Id, str]) -> Iterator[str]:
    """What is missing, untranslated, fuzzy, obsolete or said twice."""
    seen: dict[Id, str] = {}
    for file in sorted(FOLDER.glob("*.po")):
        for said, message in messages(file.read_text()).items():
            if said in seen:
                yield f"twice: {said!r} in {seen[said]} and {file.name}"
            seen[said] = file.name
            if said not in used:
                yield f"obsolete: {said!r} in {file.name}"
            elif message.fuzzy:
                yield f"fuzzy: {said!r} in {file.name}"
            elif not all(strings(message)):
                yield f"untranslated: {said!r} in {file.name}"
    yield from (f"missing: {said!r} ({feature}.po)" for said, feature in used.items() if said not in seen)


def update(used: dict[Id, str]) -> None:
    """Drop what is gone and append what is new; everything else stays byte for byte where it is."""
    kept: set[Id] = set()
    blocks: dict[str, list[str]] = {}
    for file in sorted(FOLDER.glob("*.po")):
        header, *entries = re.split(r"\n\s*\n", file.read_text().strip())
        blocks[file.stem] = [header]
        for entry in entries:
            ids = set(messages(entry))
            if ids & used.keys() - kept:
                blocks[file.stem].append(entry)
                kept |= ids
    for said, feature in used.items():
        if said not in kept:
            blocks.setdefault(feature, [empty_header()]).append(empty_entry(said))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stem, entries in blocks.items():
        (FOLDER / f"{stem}.po").write_text("\n\n".join(entries) + "\n")


def messages(text: str) -> dict[Id, Message]:
    """The entries of a .po or of a piece of one, without its header."""
    entries = read_po(BytesIO(text.encode()), locale=LOCALE)
    return {tuple(e.id) if not isinstance(e.id, str) else e.id: e for e in entries if e.id}


def strings(message: Message) -> list[str]:
    """The translations: one, or one for each plural form."""
    return [message.string or ""] if isinstance(message.string, str | None) else list(message.string)


def empty_header() -> str:
    fields = (
        f"Language: {LOCALE}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        "Plural-Forms: nplurals=1; plural=0;",
    )
    return 'msgid ""\nmsgstr ""\n' + "\n".join(f'"{field}\\n"' for field in fields)


def empty_entry(said: Id) -> str:
    single, *plural = (said,) if isinstance(said, str) else said
    mark = "#, python-format\n" if re.search(r"%\(\w+\)", single) else ""
    lines = [f"msgid {normalize(single, width=0)}"]
    lines += [f"msgid_plural {normalize(other, width=0)}" for other in plural]
    return mark + "\n".join([*lines, 'msgstr[0] ""' if plural else 'msgstr ""'])
