"""Who mediates a simulated dispute: a recusal, and another body that does it for the bureau."""

from datetime import datetime, timedelta

from portal.accounts.viewer import Viewer
from portal.cli import demo_city
from portal.cli.simulation.officers import chief_of, officer_of
from portal.cli.simulation.sides import Sides
from portal.core.clock import today
from portal.disputes.actions import entrusted, recusals
from portal.disputes.colleagues import colleagues_of
from portal.regions.choices import Kind, choices
from portal.regions.models import City

REASONS = {"interest": 3, "other": 3, "relative": 1}


class Mediators(Sides):
    """The acts about who mediates; each method is one act of OFFICIAL at an instant."""

    def challenge(self, at: datetime) -> None:
        """A consumer asks for another officer, where a supervisor is there to decide about it."""
        if chief_of(self.town, self.dispute) in (None, self._officer(at)):
            return
        reason, note = self._drawn(REASONS), self._consumer("recusal")
        recusals.ask_recusal(self.session, self.dispute, self.consumer, reason=reason, note=note, now=at)

    def keep(self, at: datetime) -> None:
        note = self._bureau("recusal_denied", "any")
        recusals.deny_recusal(self.session, self.dispute, self._chief, note=note, now=at)

    def replace(self, at: datetime) -> None:
        if not self.dispute.recusal_asked:
            return
        note, officer = self._bureau("recused", "any"), self._successor
        recusals.grant_recusal(self.session, self.dispute, self._chief, officer=officer, note=note, now=at)

    def step_aside(self, at: datetime) -> None:
        officer, own = self._successor, self._officer(at)
        if not officer or own.id != self.dispute.officer_id:
            return
        note = self._bureau("stepped_aside", "any")
        recusals.step_aside(
            self.session, self.dispute, own, reason="relative", officer=officer, note=note, now=at
        )

    def entrust(self, at: datetime) -> None:
        """To one of the city's bodies, where the consumer has agreed to that."""
        city = self.session.get_one(City, self.dispute.city_code)
        last = entrusted.latest_day(self.dispute, city, at)
        if last is None or not entrusted.has_consented(self.session, self.dispute):
            return
        body = self.rng.choice(choices(city.choices, Kind.MEDIATOR)[:3])["code"]
        report_by = min(last, today(at, self.zone) + timedelta(days=self.rng.choice((15, 20, 30))))
        entrusted.entrust(
            self.session,
            self.dispute,
            self._officer(at),
            to=body,
            report_by=report_by,
            note=self._bureau("entrusted", "any"),
            now=at,
        )

    def report_agreed(self, at: datetime) -> None:
        self._report(at, "agreed")

    def report_not_agreed(self, at: datetime) -> None:
        self._report(at, "not_agreed")

    def _report(self, at: datetime, result: str) -> None:
        note = self._bureau("reported", result)
        entrusted.end_entrustment(
            self.session, self.dispute, self._officer(at), result=result, note=note, now=at
        )

    # What they have in common

    @property
    def _chief(self) -> Viewer:
        chief = chief_of(self.town, self.dispute)
        assert chief is not None  # noqa: S101 - `challenge` asks nobody else
        return chief

    @property
    def _successor(self) -> str:
        """A colleague who can take over, '' where there is none."""
        own = self.dispute.officer_id
        return next((str(one.id) for one in colleagues_of(self.session, self.dispute) if one.id != own), "")

    def _officer(self, at: datetime) -> Viewer:
        return officer_of(self.town, self.dispute, at)

    def _bureau(self, kind: str, selector: str) -> str:
        return self._line(demo_city.bureau_line, kind, None, {"selector": selector})
