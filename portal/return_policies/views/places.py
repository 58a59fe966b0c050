"""Of which city the published pages speak."""

from flask import abort, request

from portal.extensions import db
from portal.regions.models import City
from portal.regions.queries import city_among, home_city
from portal.web.place import city_codes, speaks_of


def asked_city() -> City:
    """The city of `?city=`, else the one that the pages speak of; 404 where there is none."""
    asked = request.args.get("city", "")
    city = home_city(db.session(), asked) if asked else city_among(db.session(), city_codes())
    if city is None:
        abort(404)
    speaks_of(city.code)
    return city
