"""The reader's language and view, kept in cookies, and the catalogues compiled from translations/."""

import os
from gettext import NullTranslations
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, request
from flask_babel import get_translations

from portal.config import ROOT, RefusesToStart

LOCALES = ("zh_CN", "en")
PARSED = {name: Locale.parse(name) for name in LOCALES}
TRANSLATIONS = ROOT / "translations"


def reader_locale() -> str:
    """zh_CN, unless this reader has chosen otherwise: a Chinese city's portal does not guess."""
    chosen = request.cookies.get("lang") if request else None
    return chosen if chosen in LOCALES else LOCALES[0]


def reader_babel_locale() -> Locale:
    """The same for Flask-Babel, parsed once: it would parse the name anew for every page."""
    return PARSED[reader_locale()]


def compile_catalogues(target: Path) -> None:
    """Join each language's .po files (one a feature) into one compiled catalogue under `target`.

    Written anew only where a .po is younger; by rename, since several processes start at once.
    Raises RefusesToStart where a catalogue cannot be compiled: better than a Chinese city in English.
    """
    for locale in LOCALES:
        sources = sorted((TRANSLATIONS / locale / "LC_MESSAGES").glob("*.po"))
        # Flask-Babel looks under the full name: zh_CN is zh_Hans_CN there.
        compiled = target / str(Locale.parse(locale)) / "LC_MESSAGES" / "messages.mo"
        newest = max((source.stat().st_mtime for source in sources), default=0.0)
        if compiled.exists() and compiled.stat().st_mtime > newest:
            continue
        compiled.parent.mkdir(parents=True, exist_ok=True)
        partial = compiled.with_suffix(f".{os.getpid()}")
        with partial.open("wb") as out:
            write_mo(out, _joined(locale, sources))
        partial.replace(compiled)


def _joined(locale: str, sources: list[Path]) -> Catalog:
    whole = Catalog(locale=locale)
    for source in sources:
        try:
            with source.open("rb") as text:
                for message in read_po(text, locale=locale, abort_invalid=True):
                    if message.id and not message.fuzzy:
                        whole[message.id] = message
        except (ValueError, OSError) as broken:
            raise RefusesToStart(f"The catalogue {source.name} cannot be compiled: {broken}.") from broken
    return whole


def init_app(app: Flask) -> None:
    compile_catalogues(app.config["INSTANCE"] / "i18n")
    app.jinja_env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]


def _catalogue() -> NullTranslations:
    """The catalogue of this page: looked up once, where Flask-Babel would look for each of 120 sentences."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    found: NullTranslations = g.catalogue
    return found


def _gettext(sentence: str) -> str:
    return _catalogue().gettext(sentence)


def _ngettext(one: str, many: str, n: int) -> str:
    return _catalogue().ngettext(one, many, n)
