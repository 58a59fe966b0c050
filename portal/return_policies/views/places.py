"""Of which city the published pages speak."""

from flask import abort, current_app, request

from portal.extensions import db
from portal.regions.models import City
from portal.regions.queries import home_city


def asked_city() -> City:
    """The city of `?city=`, else the one on the front page; 404 where there is none."""
    asked = request.args.get("city", "") or current_app.config["CITY"]
    city = home_city(db.session(), asked)
    if city is None:
        abort(404)
    return city
