"""What officers find a dispute by: its words, one character a token, kept in step by the ledger.

No page of a merchant or a consumer reads this table. Reports are not in it.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.orm import Base, BigId
from portal.core.words import unigrams
from portal.disputes.models import Dispute, Statement

BREAK = "xxbreakxx"  # between two names, so that no phrase reaches from one into the next
HEAD = 0  # the `seq` of what names the dispute: reference, goods, order, shop; a statement has its event's


class DisputeWords(Base):
    """The words of one statement, or (`seq` 0) of what names the dispute; the index is made by hand.

    See portal/migrations/dispute_search.py. A row a statement, so that writing one indexes it alone, and an
    erasure takes out what it must and nothing else.
    """

    __tablename__ = "dispute_words"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dispute_id: Mapped[int] = mapped_column(sa.ForeignKey("disputes.id"))
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)

    __table_args__ = (sa.UniqueConstraint("dispute_id", "seq"),)


def words_of_event(dispute: Dispute, seq: int, text: str) -> list[DisputeWords]:
    """The rows that an event adds: the head with the first one, and what was written with it."""
    said = [(HEAD, head_words(dispute))] if seq == 1 else []
    if text:
        said.append((seq, unigrams(text)))
    return [DisputeWords(dispute_id=dispute.id, seq=n, text=words) for n, words in said]


def head_words(dispute: Dispute) -> str:
    """What names a dispute: reference, goods, order number, the shop and its legal name."""
    store = dispute.store
    named = (dispute.ref, dispute.goods, dispute.order_no, store.name, store.merchant.legal_name)
    return f" {BREAK} ".join(words for words in map(unigrams, named) if words)


def rebuild_words(session: Session, dispute: Dispute) -> None:
    """Write a dispute's words anew, as its columns and texts now stand: after an erasure, say."""
    session.execute(sa.delete(DisputeWords).where(DisputeWords.dispute_id == dispute.id))
    kept = sa.select(Statement.seq, Statement.text).where(
        Statement.dispute_id == dispute.id, Statement.erased_at.is_(None)
    )
    said = [(HEAD, head_words(dispute)), *((row.seq, unigrams(row.text)) for row in session.execute(kept))]
    session.add_all(DisputeWords(dispute_id=dispute.id, seq=seq, text=text) for seq, text in said)
    session.flush()
