"""Boards for tests: cells as a recount would have written them."""

from sqlalchemy.orm import Session

from portal.board.measures import NOTHING
from portal.board.models import BoardCell
from portal.board.verification import differences as all_differences
from tests.people import CITY, DISTRICT
from tests.world import BEGINNING


def cell(
    session: Session, month: str, *, district: str = DISTRICT, trade: str = "appliances", **counts: int
) -> None:
    """One cell of the tests' city."""
    values = {"district_code": district, "month": month, "trade": trade, "city_code": CITY}
    session.add(BoardCell(**values, counted_at=BEGINNING, **NOTHING.counts | counts))
    session.flush()


def differences(session: Session) -> list[str]:
    """What `hejie verify` would say of the board."""
    return [said for _, said in all_differences(session) if said]
