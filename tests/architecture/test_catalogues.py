"""The portal speaks Chinese everywhere, and each translation says what the sentence says."""

import re
from pathlib import Path

from portal.cli.catalogue import FOLDER, complain, messages, sentences_in_use, strings

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
NOT_SAID = re.compile(r"\{#.*?#\}|中文", re.DOTALL)  # comments; and a language is offered in its own name
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
TRANSLATED = [
    ((said,) if isinstance(said, str) else said, strings(message))
    for file in sorted(FOLDER.glob("*.po"))
    for said, message in messages(file.read_text()).items()
]


def test_every_sentence_is_in_the_catalogue_once_and_translated() -> None:
    used = sentences_in_use()
    assert len(used) > 50
    assert list(complain(used)) == []


def test_placeholders_are_the_same_on_both_sides() -> None:
    different = [
        (said, text)
        for said, texts in TRANSLATED
        for text in texts
        if text and set(PLACEHOLDER.findall(said[-1])) != set(PLACEHOLDER.findall(text))
    ]
    assert different == []


def test_a_sentence_is_english_and_its_translation_chinese() -> None:
    mixed = [said for said, _ in TRANSLATED if CHINESE.search(" ".join(said))]
    # What is the same in both, such as HTTP or a name, has no lower-case word in it.
    english = [
        said
        for said, texts in TRANSLATED
        if not CHINESE.search("".join(texts))
        and all(texts)
        and re.search(r"\b[a-z]{3,}\b", PLACEHOLDER.sub("", " ".join(texts)))
    ]
    assert mixed == []
    assert english == []


def test_templates_hold_no_chinese_of_their_own() -> None:
    own = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "templates").rglob("*.html")
        if "legal" not in file.parts and CHINESE.search(NOT_SAID.sub("", file.read_text()))
    }
    assert own == set()
