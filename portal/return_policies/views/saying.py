"""Clauses in the reader's language."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from portal.return_policies.categories import Tree
from portal.return_policies.changes import changes
from portal.return_policies.clauses import Clause, Terms
from portal.return_policies.wording import Said, clause_texts


@dataclass(frozen=True)
class Paragraph:
    """One clause to be read: its number, title and sentences, translated."""

    clause: Clause
    number: int
    title: str
    lines: list[str]


def paragraphs(terms: Terms, tree: Tree, locale: str) -> list[Paragraph]:
    """The clauses of a policy in the reader's language."""
    return [
        Paragraph(
            text.clause,
            text.number,
            gettext(text.title),
            [sentence(line, tree, locale) for line in text.lines],
        )
        for text in clause_texts(terms)
    ]


def sentence(said: Said, tree: Tree, locale: str) -> str:
    """One sentence in the reader's language, the goods in it named."""
    value: Any = said.value
    if said.names:
        value = (", " if locale == "en" else "、").join(tree.name(code, locale) for code in said.names)
    return gettext(said.sentence, value=value)


@dataclass(frozen=True)
class ShownChange:
    """One change to be read: the sentences before and after, '' where nothing was or is said."""

    number: int
    title: str
    before: str
    after: str
    better: bool


def shown_changes(before: Terms, after: Terms, tree: Tree, locale: str) -> list[ShownChange]:
    """What a version changes, in the reader's language."""
    return [
        ShownChange(
            change.number,
            gettext(change.title),
            sentence(change.before, tree, locale) if change.before else "",
            sentence(change.after, tree, locale) if change.after else "",
            change.better,
        )
        for change in changes(before, after)
    ]
