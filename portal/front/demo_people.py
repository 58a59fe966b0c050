"""Who is who in the demo: written by `hejie demo` into the instance folder, shown on /demo."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from portal.core.words import N_

FILE = "demo_people.json"
ROLES = {
    "consumer": N_("Shopper"),
    "owner": N_("Shop owner"),
    "clerk": N_("Shop clerk"),
    "unverified": N_("Shop owner, not verified yet"),
    "officer": N_("Officer"),
    "supervisor": N_("Supervisor"),
}


@dataclass(frozen=True)
class ShownPerson:
    """One line of /demo. A consumer has a phone and neither username nor password; role: a key of ROLES."""

    role: str
    name: str
    phone: str
    about_zh: str
    about_en: str
    username: str = ""
    password: str = ""

    def about(self, locale: str) -> str:
        return self.about_en if locale == "en" else self.about_zh


def keep_people(folder: Path, people: Iterable[ShownPerson]) -> None:
    """Write the list, by rename, so that a reader never sees half of it."""
    partial = folder / f"{FILE}.new"
    text = json.dumps([asdict(person) for person in people], ensure_ascii=False, indent=1)
    partial.write_text(text, encoding="utf-8")
    partial.replace(folder / FILE)


def kept_people(folder: Path) -> list[ShownPerson]:
    """The list in the order in which it was written; empty where the demo has not been filled."""
    try:
        listed = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    return [ShownPerson(**entry) for entry in listed]
