"""Who speaks for those who handle it together: each member says so alone."""

from werkzeug.wrappers import Response

from portal.disputes.actions.groups import name_representatives
from portal.disputes.group_forms import RepresentativesForm
from portal.disputes.groups import group_of
from portal.disputes.views.acting import act
from portal.disputes.views.blueprint import bp
from portal.disputes.views.show import dispute_or_404
from portal.disputes.views.together import named_choices
from portal.extensions import db
from portal.web.access import only
from portal.web.writes import writes_later


@bp.post("/<ref>/representatives")
@only("consumer")
@writes_later
def create_representatives(ref: str) -> Response:
    """Say whether one stands, and name up to two; it is kept beside the history and can be changed."""
    dispute = dispute_or_404(ref)
    form = RepresentativesForm(named_choices(group_of(db.session(), dispute), dispute), at="representatives")
    return act(
        ref,
        "representatives",
        form,
        lambda session, found, at, photos: name_representatives(
            session, found, stands=form.stands.data, named=form.named.data or [], now=at
        ),
        any_time=True,
    )
