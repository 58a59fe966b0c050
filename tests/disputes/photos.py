"""Photos for tests: rows of evidence that no act has taken yet, pictures as phones and liars make them."""

from sqlalchemy.orm import Session

from portal.core.refs import new_id96
from portal.disputes.models import Evidence
from tests.world import BEGINNING


def loose_photos(session: Session, count: int, *, owner_id: int, key: str = "form") -> list[Evidence]:
    """Rows as `take_photos` leaves them; the files they name are not there."""
    photos = [
        Evidence(
            id=new_id96(),
            draft_key=key,
            owner_id=owner_id,
            file=f"{n:064x}.jpg",
            thumb=f"{n + 100:064x}.jpg",
            original_sha256=f"{n:064x}",
            width=1200,
            height=900,
            added_at=BEGINNING,
        )
        for n in range(count)
    ]
    session.add_all(photos)
    session.flush()
    return photos
