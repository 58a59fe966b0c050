"""Editing a city's saved replies: its supervisors write them, all its officers use them."""

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.errors import NotAllowed, RuleBroken
from portal.core.words import N_, clean_text
from portal.disputes import limits
from portal.disputes.replies import MOST_REPLIES, SavedReply, replies_of

TITLE_LIMIT = 40


def add_reply(
    session: Session, officer: Viewer, cities: Collection[str], *, city_code: str, title: str, text: str
) -> SavedReply:
    """A new reply at the end of a city's list. cities: those of the officer's region.

    Raises RuleBroken(title | text), NotAllowed for who is no supervisor there.
    """
    _only_supervisors(officer, cities, city_code)
    named, said = _said(title, text)
    known = replies_of(session, city_code)
    if len(known) >= MOST_REPLIES:
        raise RuleBroken(None, N_("A city keeps at most %(most)s saved replies."), most=MOST_REPLIES)
    position = max((one.position for one in known), default=0) + 1
    reply = SavedReply(city_code=city_code, title=named, text=said, position=position)
    session.add(reply)
    session.flush()
    return reply


def change_reply(
    officer: Viewer, cities: Collection[str], reply: SavedReply, *, title: str, text: str
) -> None:
    """Word a reply anew; raises as `add_reply` does."""
    _only_supervisors(officer, cities, reply.city_code)
    reply.title, reply.text = _said(title, text)


def remove_reply(session: Session, officer: Viewer, cities: Collection[str], reply: SavedReply) -> None:
    """Take a reply off the list; what was written with it stays."""
    _only_supervisors(officer, cities, reply.city_code)
    session.delete(reply)


def raise_reply(session: Session, officer: Viewer, cities: Collection[str], reply: SavedReply) -> None:
    """Let a reply change places with the one above it."""
    _only_supervisors(officer, cities, reply.city_code)
    above = session.scalar(
        sa.select(SavedReply)
        .where(SavedReply.city_code == reply.city_code, SavedReply.position < reply.position)
        .order_by(SavedReply.position.desc(), SavedReply.id.desc())
        .limit(1)
    )
    if above is not None:
        above.position, reply.position = reply.position, above.position


def _only_supervisors(officer: Viewer, cities: Collection[str], city_code: str) -> None:
    if not officer.is_supervisor or city_code not in cities:
        raise NotAllowed


def _said(title: str, text: str) -> tuple[str, str]:
    named = clean_text(title, limit=TITLE_LIMIT, field="title")
    if not named:
        raise RuleBroken("title", N_("Please give it a short name."))
    return named, limits.needed_text("text", text, N_("Please write the reply."))
