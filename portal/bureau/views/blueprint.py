"""The blueprint that all views of the desk hang on, and who is looking."""

from flask import Blueprint
from flask_login import current_user

from portal.accounts.viewer import Viewer

bp = Blueprint("bureau", __name__, url_prefix="/bureau")


def reader() -> Viewer:
    """The officer who looks, as permissions see one."""
    known: Viewer = current_user._get_current_object()  # noqa: SLF001 - the viewer itself, past its proxy
    return known
