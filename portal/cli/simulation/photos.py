"""The photos of the simulation: made safe as any other, on disk before their rows, each motif once."""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from portal.cli import demo_city
from portal.core.files import write_durably
from portal.core.photos import CleanPhoto, clean_photo
from portal.core.refs import new_id96
from portal.disputes.models import Evidence


class Album:
    """Gives rows of evidence for the motifs of the demo city, as the photo form of the portal would."""

    def __init__(self, session: Session, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._session, self._folder = session, folder
        self._stored: dict[tuple[str, date | None], tuple[CleanPhoto, str, str]] = {}

    def rows(self, motifs: list[str], owner_id: int, at: datetime, day: date | None = None) -> list[Evidence]:
        """A row for each motif, ready for an act of `owner_id`; day: of the purchase, for a receipt."""
        made = [self._row(motif, day, owner_id, at) for motif in motifs]
        self._session.add_all(made)
        return made

    def _row(self, motif: str, day: date | None, owner_id: int, at: datetime) -> Evidence:
        photo, file, thumb = self._stored.get((motif, day)) or self._store(motif, day)
        return Evidence(
            id=new_id96(),
            owner_id=owner_id,
            file=file,
            thumb=thumb,
            original_sha256=photo.original_sha256,
            width=photo.width,
            height=photo.height,
            added_at=at,
        )

    def _store(self, motif: str, day: date | None) -> tuple[CleanPhoto, str, str]:
        photo = clean_photo(demo_city.photo(motif, day) if day else demo_city.photo(motif))
        files = (
            write_durably(self._folder, photo.jpeg, ".jpg"),
            write_durably(self._folder, photo.thumb_jpeg, ".jpg"),
        )
        self._stored[motif, day] = photo, *files
        return self._stored[motif, day]
