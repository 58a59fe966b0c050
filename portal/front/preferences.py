"""Language, view, colours and city: kept in cookies, so that the page comes right from the server."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from portal.web.access import next_path, public
from portal.web.place import COOKIE, is_city_code

bp = Blueprint("preferences", __name__)

KEPT = 365 * 24 * 3600
CHOICES = {
    "lang": ("zh_CN", "en"),
    "view": ("standard", "elder"),
    "theme": ("auto", "light", "dark"),
}


@bp.get("/preferences")
@public
def choose() -> Response:
    """Keep what was chosen and lead back; what is not on the list is passed over."""
    response = redirect(next_path(request.args.get("next")) or "/", 303)
    for name, allowed in CHOICES.items():
        value = request.args.get(name)
        if value in allowed:
            response.set_cookie(name, value, max_age=KEPT, samesite="Lax")
    if is_city_code(request.args.get(COOKIE, "")):  # that there is no such city does no harm
        response.set_cookie(COOKIE, request.args[COOKIE], max_age=KEPT, samesite="Lax")
    return response
