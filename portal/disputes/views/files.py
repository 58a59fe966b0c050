"""Photos as their parties may see them, and the settlement as page and PDF."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import abort, make_response, request
from flask import session as browser
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.core.files import open_stored
from portal.core.pdf import typeset
from portal.core.refs import spoken
from portal.disputes.models import Dispute, Evidence, Settlement
from portal.disputes.photos import evidence_folder
from portal.disputes.views.blueprint import bp
from portal.disputes.views.naming import wordings
from portal.disputes.views.show import dispute_or_404
from portal.disputes.wording import PARTIES, REMEDIES
from portal.disputes.workflow import Party, Remedy
from portal.extensions import db
from portal.regions.models import City
from portal.web.access import public
from portal.web.language import reader_locale
from portal.web.page import page
from portal.web.shown import day, moment, money


@bp.get("/<ref>/evidence/<photo_id>")
def evidence(ref: str, photo_id: str) -> Response:
    """A photo of this dispute, or one that came with a form of one's own that is not accepted yet."""
    dispute = dispute_or_404(ref)
    photo = db.session().get(Evidence, photo_id)
    own = photo is not None and photo.dispute_id is None and photo.owner_id == current_user.id
    if photo is None or not (photo.dispute_id == dispute.id or own):
        abort(404)
    return _photo(photo)


@bp.get("/drafts/<key>/photos/<photo_id>")
@public
def draft_photo(key: str, photo_id: str) -> Response:
    """A photo of a draft, for the session that holds the draft."""
    photo = db.session().get(Evidence, photo_id)
    if photo is None or photo.draft_key != key or key not in browser.get("drafts", []):
        abort(404)
    return _photo(photo)


@bp.get("/<ref>/settlement")
def settlement(ref: str) -> Response:
    """The settlement both sides agreed to, with the digest that binds its exact terms."""
    dispute, agreed = _settlement(ref)
    city = db.session().get_one(City, dispute.city_code)
    return page(
        "disputes/settlement.html",
        dispute=dispute,
        agreed=agreed,
        lines=settlement_lines(agreed.terms),
        **wordings(city),
    )


@bp.get("/<ref>/settlement.pdf")
def settlement_pdf(ref: str) -> Response:
    """The same as PDF, always the same bytes."""
    dispute, agreed = _settlement(ref)
    city = db.session().get_one(City, dispute.city_code)
    data = {
        "lines": settlement_lines(agreed.terms),
        "note": agreed.terms["note"],
        "digest": agreed.terms_sha256,
        "title": gettext("Settlement"),
        "lead": gettext("Both sides agreed to this through the reconciliation portal."),
        "note_title": gettext("Note"),
        "digest_title": gettext("Digest of the exact terms (SHA-256)"),
        "bureau": city.bureau_name(reader_locale()),
    }
    response = make_response(typeset("settlement.typ", data))
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="hejie-{dispute.ref}.pdf"'
    return response


def _settlement(ref: str) -> tuple[Dispute, Settlement]:
    dispute = dispute_or_404(ref)
    wanted = sa.select(Settlement).where(Settlement.dispute_id == dispute.id)
    agreed = db.session().scalars(wanted.order_by(Settlement.offer_n.desc())).first()
    if agreed is None:
        abort(404)
    return dispute, agreed


def settlement_lines(terms: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The terms as pairs of name and value in the reader's language, in the order of the document."""
    remedy = gettext(REMEDIES[Remedy(terms["remedy"])])
    lines = [
        (gettext("Reference"), spoken(terms["ref"])),
        (gettext("Shop"), terms["store"]),
        (gettext("Legal name"), terms["merchant"]),
        (gettext("Licence number (USCC)"), terms["uscc"]),
        (gettext("Address"), terms["address"]),
        (gettext("Customer"), " ".join(filter(None, (terms["consumer"], terms["phone"])))),
        (gettext("Goods"), terms["goods"]),
        (gettext("Order number"), terms["order_no"]),
        (gettext("Bought on"), day(date.fromisoformat(terms["bought_on"]), with_year=True)),
        (gettext("Paid"), money(terms["paid_fen"])),
        (gettext("Agreed"), remedy),
        (gettext("Sum"), money(terms["amount_fen"]) if terms["amount_fen"] else ""),
        (gettext("Done by"), day(date.fromisoformat(terms["perform_by"]), with_year=True)),
        (gettext("Proposed by"), gettext(PARTIES[Party(terms["offered_by"])])),
        (gettext("Agreed at"), moment(datetime.fromisoformat(terms["agreed_at"]), with_year=True)),
    ]
    return [(name, value) for name, value in lines if value]


def _photo(photo: Evidence) -> FlaskResponse:
    name = photo.thumb if request.args.get("size") == "thumb" else photo.file
    with open_stored(evidence_folder(), name) as stored:
        response = make_response(stored.read())
    response.mimetype = "image/jpeg"
    response.headers["Content-Disposition"] = f'inline; filename="{photo.id}.jpg"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
