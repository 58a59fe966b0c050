"""A line of the queue or of a search, in the reader's words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext, ngettext
from flask_login import current_user

from portal.bureau.queries.queue import Mediator, Queued, Stage
from portal.bureau.urgency import Present, Urgency
from portal.core.words import N_
from portal.disputes.wording import REMEDIES, STATES
from portal.disputes.workflow import Remedy, State
from portal.regions.choices import Kind, label
from portal.regions.clocks import Clock, Span, Unit
from portal.regions.models import City
from portal.web.language import reader_locale
from portal.web.shown import day

STAGES: dict[Stage, str] = {
    Stage.WAITING: N_("To be accepted"),
    Stage.MEDIATING: N_("In mediation now"),
    Stage.TESTING: N_("Being tested"),
}
MEDIATORS: dict[Mediator, str] = {
    Mediator.RECUSAL: N_("Recusal to be decided"),
    Mediator.ENTRUSTED: N_("Entrusted to another body"),
}
TONES = {Urgency.OVERDUE: "bad", Urgency.SOON: "warn", Urgency.CALM: "neutral", Urgency.STILL: "neutral"}


def shown(row: Queued, cities: Mapping[str, City], moment: Present) -> dict[str, Any]:
    """All that a line says; `due` is '' where no statutory date runs."""
    city, locale = cities[row.city_code], reader_locale()
    problem = label(city.choices, Kind.PROBLEM, row.problem, locale)
    name, tone = STATES[State(row.state)]
    due = row.statutory_due_at
    return {
        **row._asdict(),
        "title": row.goods or problem,
        "problem": problem,
        "trade": label(city.choices, Kind.TRADE, row.trade, locale),
        "district": row.district_en if locale == "en" else row.district_zh,
        "remedy": gettext(REMEDIES[Remedy(row.remedy)]),
        "stage": gettext(STAGES[row.stage]) if row.stage else gettext(name),
        "state_tone": tone,
        "mine": row.officer_id == current_user.id,
        "takeable": row.stage is not None
        and row.officer_id != current_user.id
        and _covers(row)
        and not row.recused,
        "marks": _marks(row),
        "due": day(moment.last_day(due)) if due else "",
        "rule": _rule(city, row.stage),
        "left": time_left(due, moment) if row.stage else "",
        "tone": TONES[moment.urgency(due)],
    }


def _marks(row: Queued) -> list[tuple[str, str]]:
    """What is open or unusual about who mediates: wording and tone."""
    found = [(Mediator.RECUSAL, "warn")] if row.recusal_asked else []
    found += [(Mediator.ENTRUSTED, "neutral")] if row.entrusted_to else []
    return [(gettext(MEDIATORS[one]), tone) for one, tone in found] if row.stage else []


def time_left(due: datetime | None, moment: Present) -> str:
    """How much is left in words, so that no colour says it alone."""
    if due is None:
        return gettext("The clock stands still")
    days = moment.days_left(due)
    match moment.urgency(due):
        case Urgency.OVERDUE if days < 0:
            return ngettext("Overdue by %(num)s working day", "Overdue by %(num)s working days", -days)
        case Urgency.OVERDUE:
            return gettext("Overdue")
    if moment.last_day(due) == moment.day:
        return gettext("Due today")
    if days == 0:
        return gettext("Only days off are left")
    return ngettext("%(num)s working day left", "%(num)s working days left", days)


def _rule(city: City, stage: Stage | None) -> str:
    """By which rule the statutory day is counted."""
    if stage is Stage.WAITING:
        return gettext("to accept or not: %(span)s", span=_span(city.span(Clock.ACCEPTANCE)))
    if stage is None:
        return ""
    return gettext("to mediate: %(span)s", span=_span(city.span(Clock.MEDIATION)))


def _span(span: Span) -> str:
    if span.unit is Unit.WORKING_DAYS:
        return ngettext("%(num)s working day", "%(num)s working days", span.amount)
    if span.unit is Unit.DAYS:
        return ngettext("%(num)s calendar day", "%(num)s calendar days", span.amount)
    return ngettext("%(num)s hour", "%(num)s hours", span.amount)


def _covers(row: Queued) -> bool:
    """Whether the viewer's post is among those that a dispute can be given to (disputes.colleagues)."""
    return current_user.region in (row.city_code, row.district_code)
