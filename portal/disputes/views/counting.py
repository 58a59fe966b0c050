"""How a statutory day was counted, in words: for the consumer, the shop and the officer alike."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from portal.core.clock import today
from portal.core.words import N_
from portal.core.working_days import Counted
from portal.disputes.models import Dispute
from portal.disputes.queries import ThreadEvent
from portal.disputes.workflow import Fact, State
from portal.regions.calendar import count_days, provisional_years
from portal.regions.clocks import Clock, Unit, span_kept
from portal.regions.models import City
from portal.web.shown import day, short_day

# A holiday by what its name in the calendar holds; a run of days off has the name of its holiday.
HOLIDAYS = {
    "元旦": N_("New Year"),
    "春节": N_("Spring Festival"),
    "除夕": N_("Spring Festival"),
    "清明": N_("Qingming Festival"),
    "劳动": N_("Labour Day"),
    "端午": N_("Dragon Boat Festival"),
    "中秋": N_("Mid-Autumn Festival"),
    "国庆": N_("National Day"),
}


@dataclass(frozen=True)
class Explained:
    """A deadline in sentences: the rule, then what was skipped and what was worked; '' where nothing was.

    due: the last day, in words; provisional: that a year's calendar is not final, or ''.
    """

    due: str
    rule: str
    skipped: str = ""
    worked: str = ""
    provisional: str = ""


def counted_of(
    session: Session, dispute: Dispute, city: City, events: Sequence[ThreadEvent]
) -> Explained | None:
    """How the statutory day that now runs was counted; None where none runs, or no rule gives that day."""
    if dispute.statutory_due_at is None:
        return None
    last = today(dispute.statutory_due_at - timedelta(microseconds=1), city.zone)
    escalated = dispute.state == State.ESCALATED
    began = _latest(events, Fact.ESCALATED if escalated else Fact.MEDIATION_ACCEPTED)
    if began is None:
        return None
    span = span_kept(began.details, city.span(Clock.ACCEPTANCE if escalated else Clock.MEDIATION))
    start = today(began.at, city.zone)
    if span.unit is Unit.WORKING_DAYS:
        counted = count_days(session, start, span.amount)
        if counted.due != last:
            return None
        return explained(counted, provisional_years(session, range(start.year, last.year + 1)))
    return _plain_days(start, span.amount, last)


def explained(counted: Counted, provisional: Iterable[int] = ()) -> Explained:
    """A count of working days in the reader's words; `provisional`: the years without a notice."""
    years = ", ".join(str(year) for year in provisional)
    runs = gettext("; ").join(_run(run) for run in _runs(counted.skipped))
    worked = gettext(", ").join(day(one) for one in counted.worked)
    return Explained(
        due=day(counted.due),
        rule=ngettext(
            "%(num)s working day, counted from the day after %(day)s",
            "%(num)s working days, counted from the day after %(day)s",
            counted.days,
            day=short_day(counted.start),
        ),
        skipped=gettext("Skipped: %(days)s", days=runs) if runs else "",
        worked=gettext("Worked in exchange: %(days)s", days=worked) if worked else "",
        provisional=gettext(
            "The holidays of %(years)s have not been announced yet; once they are, this day may move.",
            years=years,
        )
        if years
        else "",
    )


def _plain_days(start: date, amount: int, last: date) -> Explained | None:
    """Calendar days; what is more than the rule gives is the time that testing stood still."""
    stood_still = (last - start).days - amount
    if stood_still < 0:
        return None
    return Explained(
        due=day(last),
        rule=ngettext(
            "%(num)s day, counted from the day after %(day)s",
            "%(num)s days, counted from the day after %(day)s",
            amount,
            day=short_day(start),
        ),
        skipped=ngettext(
            "%(num)s day of testing does not count",
            "%(num)s days of testing do not count",
            stood_still,
        )
        if stood_still
        else "",
    )


def _latest(events: Sequence[ThreadEvent], fact: Fact) -> ThreadEvent | None:
    return next((event for event in reversed(events) if event.fact is fact), None)


def _runs(skipped: Sequence[tuple[date, str]]) -> list[list[tuple[date, str]]]:
    """The skipped days, those that follow each other together."""
    runs: list[list[tuple[date, str]]] = []
    for one in skipped:
        if runs and one[0] - runs[-1][-1][0] == timedelta(days=1):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _run(run: Sequence[tuple[date, str]]) -> str:
    first, last = short_day(run[0][0]), short_day(run[-1][0])
    days = gettext("%(first)s to %(last)s", first=first, last=last) if len(run) > 1 else first
    return gettext("%(days)s (%(why)s)", days=days, why=_why([name for _, name in run]))


def _why(names: Sequence[str]) -> str:
    known = {said: None for name in names for part, said in HOLIDAYS.items() if part in name}
    if known:
        return gettext(", ").join(gettext(said) for said in known)
    return gettext("day off") if any(names) else gettext("weekend")
