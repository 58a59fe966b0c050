"""Photos of a form: made safe and put on disk first, then kept under its key until the act takes them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app, request
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from wtforms import Field

from portal.core.clock import now
from portal.core.errors import RuleBroken
from portal.core.files import write_durably
from portal.core.photos import CleanPhoto, clean_photo
from portal.core.refs import new_id96
from portal.disputes.limits import PHOTOS_LIMIT
from portal.disputes.models import Evidence
from portal.extensions import db
from portal.web.writes import begin_write


def evidence_folder() -> Path:
    """Where evidence lies, by SHA-256."""
    folder: Path = current_app.config["INSTANCE"] / "evidence"
    return folder


def take_photos(field: Field, key: str, owner_id: int | None) -> None:
    """Make the photos that came with a form safe and keep them under its key; blame the field for the others.

    Decoding runs before any lock is taken; files are on disk before their rows; and the rows are committed
    by themselves, so that a form refused for another reason has lost no photo.
    """
    files = [file for file in request.files.getlist(field.name) if file.filename or file.content_length]
    kept = request.form.getlist(f"{field.name}_kept")
    clean = [photo for file in files[:PHOTOS_LIMIT] if (photo := _clean(field, file))]
    if len(files) > PHOTOS_LIMIT:
        _blame(field, gettext("At most %(most)s photos, please.", most=PHOTOS_LIMIT))
    folder = evidence_folder()
    stored = [
        (photo, write_durably(folder, photo.jpeg, ".jpg"), write_durably(folder, photo.thumb_jpeg, ".jpg"))
        for photo in clean
    ]
    begin_write()
    session = db.session()
    gone = _forget_unticked(session, key, owner_id, kept)
    room = PHOTOS_LIMIT - len(photos_of(session, key, owner_id)) if stored else 0
    if len(stored) > room:
        _blame(field, gettext("At most %(most)s photos, please.", most=PHOTOS_LIMIT))
    at = now()
    for n, taken in enumerate(stored[: max(room, 0)]):  # a microsecond apart, so that they keep their order
        session.add(_row(key, owner_id, at + timedelta(microseconds=n), taken))
    if gone or stored:
        session.commit()


def photos_of(session: Session, key: str, owner_id: int | None) -> Sequence[Evidence]:
    """The photos that this person keeps under a form's key, in the order they came.

    With those that came before the person signed in; never somebody else's, whatever key is sent.
    """
    wanted = sa.select(Evidence).where(_kept(key, owner_id))
    return session.scalars(wanted.order_by(Evidence.added_at, Evidence.id)).all()


def _clean(field: Field, file: FileStorage) -> CleanPhoto | None:
    try:
        return clean_photo(file.read())
    except RuleBroken as broken:
        name = (file.filename or "")[-40:]
        _blame(field, f"{name}: {gettext(broken.message, **broken.values)}")
        return None


def _blame(field: Field, sentence: str) -> None:
    field.errors = [*field.errors, sentence]


def _kept(key: str, owner_id: int | None) -> sa.ColumnElement[bool]:
    owner = sa.or_(Evidence.owner_id.is_(None), Evidence.owner_id == owner_id)
    return sa.and_(Evidence.draft_key == key, Evidence.dispute_id.is_(None), owner)


def _forget_unticked(session: Session, key: str, owner_id: int | None, kept: list[str]) -> bool:
    gone = session.execute(sa.delete(Evidence).where(_kept(key, owner_id), Evidence.id.not_in(kept)))
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _row(key: str, owner_id: int | None, at: datetime, stored: tuple[CleanPhoto, str, str]) -> Evidence:
    photo, file, thumb = stored
    return Evidence(
        id=new_id96(),
        draft_key=key,
        owner_id=owner_id,
        file=file,
        thumb=thumb,
        original_sha256=photo.original_sha256,
        width=photo.width,
        height=photo.height,
        added_at=at,
    )
