"""Where a matter belongs elsewhere, and a summary of one's own draft to take along."""

from flask import Blueprint, Response, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from portal.core.csv_text import BOM
from portal.disputes.models import Draft
from portal.disputes.views.drafting import own_draft
from portal.disputes.wording import REMEDIES
from portal.disputes.workflow import Remedy
from portal.extensions import db
from portal.merchants.queries import store_by_code
from portal.regions.choices import Kind, label
from portal.regions.models import City
from portal.web.access import public
from portal.web.language import reader_locale
from portal.web.page import page

bp = Blueprint("elsewhere", __name__, url_prefix="/elsewhere")


@bp.get("")
@public
def show() -> Response:
    """The whole list; with an own draft its summary as well, to copy, print or keep."""
    draft = own_draft(request.args.get("draft", ""))
    return page(
        "disputes/elsewhere.html",
        draft=draft.key if draft else "",
        summary=summary_of(draft) if draft else "",
    )


@bp.get("/summary.txt")
@public
def summary() -> AnyResponse:
    """The summary of an own draft as a text file; for another's, as for none, the page itself."""
    draft = own_draft(request.args.get("draft", ""))
    if draft is None:
        return redirect(url_for(".show"), 303)
    response = make_response(BOM + summary_of(draft).replace("\n", "\r\n"))
    response.mimetype = "text/plain"
    response.headers["Content-Disposition"] = 'attachment; filename="summary.txt"'
    return response


def summary_of(draft: Draft) -> str:
    """What was typed so far as plain lines, right or wrong; what is empty is left out."""
    said: dict[str, str] = {name: str(value) for name, value in draft.fields.items() if value}
    store = store_by_code(db.session(), said.get("store", ""))
    city = db.session().get(City, store.city_code) if store else None
    problem, remedy = said.get("problem", ""), said.get("remedy", "")
    lines = [
        (gettext("Shop"), store.name if store else ""),
        (gettext("Legal name"), store.merchant.legal_name if store else ""),
        (gettext("Licence number (USCC)"), (store.merchant.uscc or "") if store else ""),
        (gettext("Address"), store.address if store else ""),
        (
            gettext("Problem"),
            label(city.choices, Kind.PROBLEM, problem, reader_locale()) if city else problem,
        ),
        (gettext("Goods"), said.get("goods", "")),
        (gettext("Order number"), said.get("order_no", "")),
        (gettext("Bought on"), said.get("bought_on", "")),
        (gettext("Paid (yuan)"), said.get("paid", "")),
        (gettext("Asked for"), gettext(REMEDIES[Remedy(remedy)]) if remedy in set(Remedy) else ""),
        (gettext("Sum (yuan)"), said.get("claim", "")),
    ]
    told = [gettext("%(name)s: %(value)s", name=name, value=value) for name, value in lines if value]
    story = [gettext("What happened"), said["story"]] if "story" in said else []
    return "\n".join([gettext("A consumer's matter, in short"), *told, *story])
