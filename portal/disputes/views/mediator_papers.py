"""The papers of who mediates: the letter to an entrusted body, and the decisions on a recusal."""

from datetime import date

from flask_babel import gettext

from portal.accounts.models import Person
from portal.core.clock import today
from portal.disputes.views.paper_blocks import Blocks, Record, block, remarks, sides
from portal.regions.choices import Kind, label
from portal.web.language import reader_locale
from portal.web.shown import plain_day


def entrustment(record: Record) -> Blocks:
    """The letter to the body that mediates for the bureau."""
    last = plain_day(date.fromisoformat(record.details["report_by"]))
    body = label(record.city.choices, Kind.MEDIATOR, record.details["to"], reader_locale())
    lines = [(gettext("Entrusted body"), body), (gettext("Reports back by"), last)]
    text = gettext(
        "The complainant has agreed to it, and so the bureau entrusts you with the mediation between both "
        "sides. Please mediate fairly and free of charge, keep what you learn to yourselves, and report by "
        "%(day)s at the latest what came of it. What both sides agree to, the bureau puts to them as its "
        "proposal. The statutory time for the mediation runs on meanwhile.",
        day=last,
    )
    return [sides(record), block(lines, text=text), *remarks(record)]


def recusal(record: Record) -> Blocks:
    """An officer does not handle it any more: asked for by a side, or of the officer's own accord."""
    own = record.details["recused"] == record.actor_id
    text = (
        gettext("The officer named below has stepped aside, and does not handle this complaint any more.")
        if own
        else gettext("The bureau has examined the request. The officer named below is recused from it.")
    )
    reason = label(record.city.choices, Kind.RECUSAL, record.details["reason"], reader_locale())
    return [sides(record), _decision(record, record.details["recused"], text, reason), *remarks(record)]


def recusal_denied(record: Record) -> Blocks:
    """What a side asked for is not granted."""
    text = gettext("The bureau has examined the request. The officer named below goes on handling it.")
    return [sides(record), _decision(record, record.details["officer"], text), *remarks(record)]


def _decision(record: Record, officer_id: int, text: str, reason: str = "") -> dict[str, object]:
    officer = record.session.get(Person, officer_id)
    lines = [
        (gettext("Officer"), officer.display_name if officer else ""),
        (gettext("Reason"), reason),
        (gettext("Decided by"), record.actor if record.actor_id != officer_id else ""),
        (gettext("Decided on"), plain_day(today(record.event.at, record.city.zone))),
    ]
    return block(lines, text=text)
