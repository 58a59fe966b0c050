"""What the bureau does with a simulated dispute, and how the two sides answer: the portal's own actions."""

from datetime import date, datetime, timedelta

from portal.accounts.models import Identity
from portal.cli import demo_city
from portal.cli.simulation.mediators import Mediators
from portal.cli.simulation.officers import chief_of, officer_of
from portal.core import idcard
from portal.core.clock import today
from portal.disputes.actions import mediation, proposals
from portal.disputes.models import Offer
from portal.disputes.official import give_identity, look_at_identity
from portal.disputes.workflow import Fact, Party, Remedy
from portal.regions.models import Region

C, M, B = Party.CONSUMER, Party.MERCHANT, Party.BUREAU
OFFICIAL: dict[str, tuple[Fact, Party]] = {
    "admit": (Fact.MEDIATION_ACCEPTED, B),
    "assent": (Fact.PROPOSAL_ACCEPTED, M),
    "balk": (Fact.PROPOSAL_DECLINED, M),
    "challenge": (Fact.RECUSAL_ASKED, C),
    "consent": (Fact.PROPOSAL_ACCEPTED, C),
    "convene": (Fact.SESSION_HELD, B),
    "disagree": (Fact.MEDIATION_TERMINATED, B),
    "entrust": (Fact.MEDIATION_ENTRUSTED, B),
    "identify": (Fact.IDENTITY_GIVEN, C),
    "identify_and_consent": (Fact.IDENTITY_GIVEN, C),
    "keep": (Fact.RECUSAL_DENIED, B),
    "made_up": (Fact.MEDIATION_TERMINATED, B),
    "no_show": (Fact.MEDIATION_TERMINATED, B),
    "object": (Fact.PROPOSAL_DECLINED, C),
    "propose": (Fact.PROPOSAL_MADE, B),
    "reject": (Fact.COMPLAINT_REFUSED, B),
    "replace": (Fact.OFFICER_RECUSED, B),
    "report_agreed": (Fact.ENTRUSTMENT_ENDED, B),
    "report_not_agreed": (Fact.ENTRUSTMENT_ENDED, B),
    "result": (Fact.TESTING_ENDED, B),
    "step_aside": (Fact.OFFICER_RECUSED, B),
    "take": (Fact.OFFICER_ASSIGNED, B),
    "test": (Fact.TESTING_BEGUN, B),
}
GROUNDS = {"elsewhere": 3, "no_consumer": 3, "outside": 2, "material": 4}
WAYS = {"phone": 5, "on_site": 4, "video": 1}
PAYERS = {"at_fault": 5, "merchant": 3, "consumer": 1}
ESTATES = ("育才新村", "钟楼花园", "河坊社区", "翠湖小区", "铁路新村", "东风家园", "桂花苑")
CONSENTS = 0.6  # of the consumers agree that another body may mediate
CHIEF_ASSIGNS = 0.3  # of what is taken on is given out by the supervisor
HANDED_ON = timedelta(days=4)  # the shortest time that a proposal gives the shop


class Mediation(Mediators):
    """The acts on what was handed over; each method is one act of OFFICIAL at an instant."""

    # The bureau

    def take(self, at: datetime) -> None:
        officer = officer_of(self.town, self.dispute, at)
        chief = chief_of(self.town, self.dispute)
        actor = chief if chief and self.rng.random() < CHIEF_ASSIGNS else officer
        mediation.assign(self.session, self.dispute, actor, officer_id=officer.id, now=at)

    def admit(self, at: datetime) -> None:
        look_at_identity(self.session, self.dispute, self._officer(at), now=at)
        note = self._bureau("accepted", "any")
        mediation.accept_for_mediation(self.session, self.dispute, self._officer(at), note=note, now=at)

    def reject(self, at: datetime) -> None:
        known = look_at_identity(self.session, self.dispute, self._officer(at), now=at) is not None
        fitting = {ground: often for ground, often in GROUNDS.items() if ground != "material" or not known}
        ground = self._drawn(fitting)
        note = self._bureau("not_accepted", ground)
        mediation.refuse_complaint(
            self.session, self.dispute, self._officer(at), ground=ground, note=note, now=at
        )

    def convene(self, at: datetime) -> None:
        way = self._drawn(WAYS)
        mediation.hold_session(
            self.session,
            self.dispute,
            self._officer(at),
            held_on=today(at, self.zone),
            way=way,
            minutes=self._bureau("session", way),
            now=at,
        )

    def test(self, at: datetime) -> None:
        note, payer = self._bureau("testing", "any"), self._drawn(PAYERS)
        mediation.begin_testing(self.session, self.dispute, self._officer(at), payer=payer, note=note, now=at)

    def result(self, at: datetime) -> None:
        note = self._bureau("result", "any")
        mediation.end_testing(self.session, self.dispute, self._officer(at), note=note, now=at)

    def propose(self, at: datetime) -> None:
        remedy = Remedy(self.dispute.remedy)
        wanted = self.dispute.claim_fen or self.dispute.paid_fen
        amount = self._bargained(remedy, wanted, 0.25)
        if amount is not None and remedy is not Remedy.COMPENSATION:
            amount = min(amount, self.dispute.paid_fen)
        note = self._line(
            demo_city.bureau_line, "proposal", remedy, {"selector": "any", "amount_fen": amount}
        )
        by = today(at + HANDED_ON, self.zone) + timedelta(days=self.rng.randint(6, 10))
        proposals.propose(
            self.session,
            self.dispute,
            self._officer(at),
            remedy=remedy,
            amount_fen=amount,
            perform_by=by,
            note=note,
            now=at,
        )

    def disagree(self, at: datetime) -> None:
        self._end(at, "no_agreement")

    def no_show(self, at: datetime) -> None:
        self._end(at, "absent")

    def made_up(self, at: datetime) -> None:
        self._end(at, "withdrawn")

    # The two sides

    def identify(self, at: datetime) -> None:
        self._identify(at, entrusted=self.rng.random() < CONSENTS)

    def identify_and_consent(self, at: datetime) -> None:
        """Given with the consent that another body mediates."""
        self._identify(at, entrusted=True)

    def _identify(self, at: datetime, *, entrusted: bool) -> None:
        known = self.session.get_one(Identity, self.dispute.consumer_id)
        region = self.session.get_one(Region, self.dispute.district_code)
        rng = self.rng
        born = date(rng.randint(1950, 2004), rng.randint(1, 12), rng.randint(1, 28))
        body = f"{region.code}{born:%Y%m%d}{rng.randint(1, 999):03d}"
        estate = f"{rng.choice(ESTATES)}{rng.randint(1, 24)}幢{rng.randint(1, 6)}0{rng.randint(1, 4)}室"
        give_identity(
            self.session,
            self.dispute,
            self.consumer,
            name=known.name or demo_city.person(rng).name,
            id_type="id_card",
            id_number=body + idcard.check_character(body),
            address=f"{region.name_zh}{estate}",
            elsewhere=False,
            entrusted=entrusted,
            now=at,
        )

    def consent(self, at: datetime) -> None:
        proposals.accept_proposal(self.session, self.dispute, self.consumer, self._proposal_n, now=at)

    def assent(self, at: datetime) -> None:
        proposals.accept_proposal(self.session, self.dispute, self._staff, self._proposal_n, now=at)

    def object(self, at: datetime) -> None:
        offer = self.session.get_one(Offer, (self.dispute.id, self._proposal_n))
        note = self._consumer("decline", offer.remedy)
        proposals.decline_proposal(
            self.session, self.dispute, self.consumer, self._proposal_n, note=note, now=at
        )

    def balk(self, at: datetime) -> None:
        note = self._shop("decline")
        proposals.decline_proposal(
            self.session, self.dispute, self._staff, self._proposal_n, note=note, now=at
        )

    # What they have in common

    @property
    def _proposal_n(self) -> int:
        assert self.dispute.proposal_n is not None  # noqa: S101 - Course has asked `may` before
        return self.dispute.proposal_n

    def _end(self, at: datetime, ground: str) -> None:
        note = self._bureau("terminated", ground)
        mediation.terminate(self.session, self.dispute, self._officer(at), ground=ground, note=note, now=at)
