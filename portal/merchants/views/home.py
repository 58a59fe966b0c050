"""The merchant's home: the shops, what is claimed, the first steps."""

from typing import Any

from flask_login import current_user
from werkzeug.wrappers import Response

from portal.extensions import db
from portal.merchants.models import Store
from portal.merchants.queries import contact_of, own_claims, own_stores
from portal.merchants.views.blueprint import bp
from portal.web.access import only
from portal.web.page import page


@bp.get("/merchant")
@only("staff")
def home() -> Response:
    """Where staff begin; who works nowhere yet sees how to come by a shop."""
    session = db.session()
    return page(
        "merchants/home.html",
        stores=own_stores(session, current_user),
        claims=own_claims(session, current_user),
        reachable=any(contact_of(session, current_user.id)),
        is_owner=bool(current_user.owns),
    )


@bp.get("/merchant/stores")
@only("staff")
def stores() -> Response:
    """All shops, merchant by merchant, with their posters."""
    return page("merchants/stores.html", merchants=_by_merchant(own_stores(db.session(), current_user)))


def _by_merchant(stores: Any) -> list[tuple[str, str, list[Store]]]:
    """(legal name, USCC, stores) for each merchant, in the order of the stores."""
    groups: dict[int, tuple[str, str, list[Store]]] = {}
    for store in stores:
        merchant = store.merchant
        groups.setdefault(merchant.id, (merchant.legal_name, merchant.uscc or "", []))[2].append(store)
    return list(groups.values())
