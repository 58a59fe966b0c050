"""A dispute that belongs to another city is passed on; the bureau there confirms that it has arrived."""

from collections.abc import Sequence
from datetime import datetime

from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.disputes.actions import transfers
from portal.disputes.models import Dispute, Evidence
from portal.disputes.views.acting import act
from portal.disputes.views.blueprint import bp
from portal.disputes.views.shops_elsewhere import transfer_form
from portal.disputes.views.show import dispute_or_404
from portal.web.access import only
from portal.web.forms import Form
from portal.web.writes import open_to_every_region, writes_later


@bp.post("/<ref>/transfers")
@only("officer")
@writes_later
def create_transfer(ref: str) -> Response:
    """To a shop of another city: closed here, begun anew there."""
    form = transfer_form(dispute_or_404(ref))

    def pass_on(session: Session, dispute: Dispute, at: datetime, photos: Sequence[Evidence]) -> None:
        open_to_every_region()
        transfers.transfer_dispute(
            session,
            dispute,
            current_user,
            store_code=form.store.data or "",
            note=form.note.data or "",
            now=at,
        )

    return act(ref, "transfer", form, pass_on)


@bp.post("/<ref>/receipts")
@only("officer")
@writes_later
def create_receipt(ref: str) -> Response:
    """One tap: what another city passed on has arrived here."""
    return act(
        ref,
        "receipt",
        Form(),
        lambda session, dispute, at, photos: transfers.confirm_arrival(
            session, dispute, current_user, now=at
        ),
        any_time=True,
    )
