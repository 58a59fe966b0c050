"""Photos of business licences: made safe, kept apart from evidence, seen by the region's officers alone."""

from pathlib import Path

from flask import current_app
from werkzeug.datastructures import FileStorage

from portal.core.errors import RuleBroken
from portal.core.files import path_of, write_durably
from portal.core.photos import clean_photo


def licence_folder() -> Path:
    """Where they lie, by SHA-256."""
    folder: Path = current_app.config["INSTANCE"] / "licences"
    return folder


def keep_licence(files: list[FileStorage], kept: str) -> str:
    """The stored name of the photo that was sent now, else of the one kept before; '' for neither.

    On disk before any row names it. Raises RuleBroken("licence") for what is not a photo.
    """
    sent = next((data for file in files if (data := file.read())), None)
    if sent is None:
        return kept if _is_stored(kept) else ""
    try:
        photo = clean_photo(sent)
    except RuleBroken as broken:
        raise broken.at("licence") from None
    folder = licence_folder()
    folder.mkdir(exist_ok=True)
    return write_durably(folder, photo.jpeg, ".jpg")


def _is_stored(name: str) -> bool:
    try:
        return path_of(licence_folder(), name).exists()
    except FileNotFoundError:
        return False
