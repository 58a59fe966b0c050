"""`hejie catalogue`: what is new is added, what is gone is dropped, everything else stays where it is."""

from pathlib import Path

import pytest

from portal.cli import catalogue
from portal.cli.catalogue import Id, complain, empty_header, feature_of, update

USED: dict[Id, str] = {
    "Offer": "disputes",
    "Store of %(name)s": "merchants",
    ("%(num)s day", "%(num)s days"): "layouts",
}
OLD = f"""{empty_header()}

# said beside the button
msgid "Offer"
msgstr "方案"

msgid "Gone"
msgstr "没了"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    (tmp_path / "disputes.po").write_text(OLD)
    return tmp_path


def test_each_shortcoming_is_told(folder: Path) -> None:
    (folder / "merchants.po").write_text(
        f'{empty_header()}\n\nmsgid "Offer"\nmsgstr ""\n\n#, fuzzy\nmsgid "Store of %(name)s"\nmsgstr "店"\n'
    )
    assert list(complain(USED)) == [
        "obsolete: 'Gone' in disputes.po",
        "twice: 'Offer' in disputes.po and merchants.po",
        "untranslated: 'Offer' in merchants.po",
        "fuzzy: 'Store of %(name)s' in merchants.po",
        "missing: ('%(num)s day', '%(num)s days') (layouts.po)",
    ]


def test_an_update_adds_and_drops_and_touches_nothing_else(folder: Path) -> None:
    update(USED)
    assert (folder / "disputes.po").read_text() == OLD[: OLD.index('\n\nmsgid "Gone"')] + "\n"
    assert (folder / "merchants.po").read_text() == (
        f'{empty_header()}\n\n#, python-format\nmsgid "Store of %(name)s"\nmsgstr ""\n'
    )
    assert (
        (folder / "layouts.po")
        .read_text()
        .endswith('\nmsgid "%(num)s day"\nmsgid_plural "%(num)s days"\nmsgstr[0] ""\n')
    )
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    update(USED)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize(
    ("path", "feature"),
    [
        ("portal/disputes/views/acts.py", "disputes"),
        ("templates/merchants/store.html", "merchants"),
        ("templates/components/forms.html", "layouts"),
        ("portal/core/money.py", "layouts"),
        ("portal/app.py", "layouts"),
    ],
)
def test_a_sentence_belongs_to_the_feature_of_its_file(path: str, feature: str) -> None:
    assert feature_of(Path(path)) == feature
