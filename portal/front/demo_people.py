"""Who is who in the demo: `hejie demo` writes the list into the instance folder, /demo shows it."""

import json
from dataclasses import dataclass
from pathlib import Path

FILE = "demo_people.json"


@dataclass(frozen=True)
class ShownPerson:
    """One entry of the list. A consumer has a phone and neither username nor password."""

    role_zh: str
    role_en: str
    name: str
    username: str
    password: str
    phone: str
    note_zh: str
    note_en: str
    store_codes: list[str]

    def role(self, locale: str) -> str:
        return self.role_en if locale == "en" else self.role_zh

    def note(self, locale: str) -> str:
        return self.note_en if locale == "en" else self.note_zh


def kept_people(folder: Path) -> list[ShownPerson]:
    """The list in the order in which it was written; empty where the demo has not been filled."""
    try:
        listed = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [ShownPerson(**entry) for entry in listed]
