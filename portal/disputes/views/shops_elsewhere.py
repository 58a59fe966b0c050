"""The form that passes a dispute on, with the shops of other cities that a search found."""

from flask import request

from portal.disputes.bureau_forms import TransferForm
from portal.disputes.models import Dispute
from portal.disputes.transfers import Elsewhere, stores_elsewhere
from portal.extensions import db
from portal.merchants.search import LONGEST_QUERY
from portal.web.language import reader_locale


def transfer_form(dispute: Dispute) -> TransferForm:
    """As it stands or as it was sent: with the shops that its search finds."""
    q = request.values.get("shop", "")[:LONGEST_QUERY]
    found = stores_elsewhere(db.session(), dispute.city_code, q)
    stores = [(one.store.code, _in_words(one)) for one in found]
    if request.method == "POST":
        return TransferForm(stores, at="transfer")
    only = stores[0][0] if len(stores) == 1 else None
    return TransferForm(stores, None, at="transfer", shop=q, store=only)


def _in_words(one: Elsewhere) -> str:
    english = reader_locale() == "en"
    place = (one.city_en, one.store.district_en) if english else (one.city_zh, one.store.district_zh)
    return " · ".join(filter(None, (*place, one.store.name, one.store.legal_name, one.store.address)))
