"""What the two sides of a simulated dispute do: in the demo city's words, through the portal's actions."""

from datetime import datetime, timedelta
from typing import Any

from portal.accounts.viewer import Viewer
from portal.cli import demo_city
from portal.cli.simulation.mediation import OFFICIAL, Mediation
from portal.cli.simulation.plots import GENEROSITY
from portal.core.clock import today
from portal.disputes.actions import endings, offers, performance, pledged, talks
from portal.disputes.entitled import ready
from portal.disputes.models import Offer
from portal.disputes.workflow import WITH_MONEY, Fact, Party, Remedy
from portal.regions.models import City

C, M = Party.CONSUMER, Party.MERCHANT
# What each act records, as whom: looked up in RULES before the act, since the clock may have been faster.
ACTS: dict[str, tuple[Fact, Party]] = {
    "accept": (Fact.OFFER_ACCEPTED, C),
    "agree": (Fact.OFFER_ACCEPTED, M),
    "answer": (Fact.MESSAGE_POSTED, C),
    "ask": (Fact.EVIDENCE_REQUESTED, M),
    "chat": (Fact.MESSAGE_POSTED, C),
    "confirm": (Fact.PERFORMANCE_CONFIRMED, C),
    "counter": (Fact.OFFER_MADE, C),
    "decline": (Fact.OFFER_DECLINED, C),
    "deny": (Fact.PERFORMANCE_DENIED, C),
    "disown": (Fact.STORE_DENIED, M),
    "escalate": (Fact.ESCALATED, C),
    "hand_over": (Fact.ESCALATED, M),
    "lowball": (Fact.OFFER_MADE, M),
    "mistaken": (Fact.CONSUMER_WITHDREW, C),
    "offer": (Fact.OFFER_MADE, M),
    "perform": (Fact.PERFORMANCE_CLAIMED, M),
    "rate": (Fact.DISPUTE_RATED, C),
    "refuse": (Fact.REFUSAL_GIVEN, M),
    "reopen": (Fact.DISPUTE_REOPENED, C),
    "say": (Fact.MESSAGE_POSTED, M),
    "share": (Fact.CONTACT_SHARED, C),
    "shrug": (Fact.MESSAGE_POSTED, M),
    "undo": (Fact.WITHDRAWAL_UNDONE, C),
    "withdraw": (Fact.CONSUMER_WITHDREW, C),
    **OFFICIAL,
}
TAKES_THE_TAP = 0.7  # of the shops that find a settlement ready offer that one
WITHDRAWALS = {"settled": 6, "misunderstanding": 2, "no_time": 3, "pressed": 1, "elsewhere": 1, "other": 1}

# What somebody might report beside a dispute; it fits any trade.
REPORTS = (
    "这家店不给开发票，收据上也没有盖章，要求一律扫码转到个人微信，我觉得不正常，请查一下。",
    "店门口的宣传单写着“国家免检产品”“央视上榜品牌”，我上网查了没有这回事，涉嫌虚假宣传。",
    "店里好多东西没有明码标价，结账时价格全凭店员嘴说，我前面一位老人就多付了钱。",
    "店里墙上贴着“一经售出概不退换，最终解释权归本店所有”，这种告示好几张，请管一管。",
    "营业执照上的名字跟招牌、收据上的都对不上，问店员说是借别人的证，请核实。",
)


class Acts(Mediation):
    """The acts of one dispute; each method is one act of ACTS at an instant."""

    # The shop

    def offer(self, at: datetime) -> None:
        city = self.session.get_one(City, self.dispute.city_code)
        if ready(self.dispute, city, at) is not None and self.rng.random() < TAKES_THE_TAP:
            pledged.offer_pledged(self.session, self.dispute, self._staff, now=at)
        else:
            self._shop_offers(at, GENEROSITY[self.shop.character])

    def lowball(self, at: datetime) -> None:
        self._shop_offers(at, 0.0)

    def ask(self, at: datetime) -> None:
        talks.request_evidence(self.session, self.dispute, self._staff, note=self._shop("evidence"), now=at)

    def refuse(self, at: datetime) -> None:
        asks_money = self.dispute.remedy in WITH_MONEY
        fitting = demo_city.fitting_refusals(self.dispute.trade, self.dispute.problem, asks_money=asks_money)
        reason = self.rng.choice(fitting)
        note = self._shop("refusal", reason=reason)
        talks.refuse_claim(self.session, self.dispute, self._staff, reason=reason, note=note, now=at)

    def disown(self, at: datetime) -> None:
        talks.deny_store(self.session, self.dispute, self._staff, note=self._shop("not_ours"), now=at)

    def say(self, at: datetime) -> None:
        talks.post_message(self.session, self.dispute, self._staff, text=self._shop("message"), now=at)

    def shrug(self, at: datetime) -> None:
        """A message that is no typed reply: the clock runs on."""
        text = self.rng.choice(("收到。", "收到，我问一下老板。", "好的，知道了。", "稍等，在忙。"))
        talks.post_message(self.session, self.dispute, self._staff, text=text, now=at)

    def agree(self, at: datetime) -> None:
        offers.accept_offer(self.session, self.dispute, self._staff, self._live_n, now=at)

    def perform(self, at: datetime) -> None:
        settled = self.session.get_one(Offer, (self.dispute.id, self.dispute.settled_n))
        note = self._shop("performed", settled.remedy, amount_fen=settled.amount_fen)
        performance.claim_performance(self.session, self.dispute, self._staff, note=note, now=at)

    def hand_over(self, at: datetime) -> None:
        endings.escalate(self.session, self.dispute, self._staff, now=at)

    # The consumer

    def chat(self, at: datetime) -> None:
        talks.post_message(self.session, self.dispute, self.consumer, text=self._consumer("message"), now=at)

    def answer(self, at: datetime) -> None:
        about = self.goods.kind if self.goods else ""
        motifs = demo_city.photos_for(self.rng, about, self.dispute.problem)
        photos = self.album.rows(motifs, self.consumer.id, at)
        text = self._consumer("evidence")
        talks.post_message(self.session, self.dispute, self.consumer, text=text, now=at, photos=photos)

    def share(self, at: datetime) -> None:
        talks.share_contact(self.session, self.dispute, self.consumer, now=at)

    def accept(self, at: datetime) -> None:
        offers.accept_offer(self.session, self.dispute, self.consumer, self._live_n, now=at)

    def decline(self, at: datetime) -> None:
        live = self.session.get_one(Offer, (self.dispute.id, self._live_n))
        note = self._consumer("decline", live.remedy)
        offers.decline_offer(self.session, self.dispute, self.consumer, live.n, note=note, now=at)

    def counter(self, at: datetime) -> None:
        remedy, wanted = Remedy(self.dispute.remedy), self.dispute.claim_fen
        amount = self._bargained(remedy, wanted, 0.4)
        self._offer(at, self.consumer, remedy, amount, self._consumer)

    def withdraw(self, at: datetime) -> None:
        self._withdraw(at, self._drawn(WITHDRAWALS))

    def mistaken(self, at: datetime) -> None:
        self._withdraw(at, "wrong_store")

    def undo(self, at: datetime) -> None:
        endings.undo_withdrawal(self.session, self.dispute, self.consumer, now=at)

    def escalate(self, at: datetime) -> None:
        note = self._consumer("escalated") if self.rng.random() < 0.7 else ""
        endings.escalate(self.session, self.dispute, self.consumer, note=note, now=at)

    def confirm(self, at: datetime) -> None:
        performance.confirm_performance(self.session, self.dispute, self.consumer, now=at)

    def deny(self, at: datetime) -> None:
        note = self._consumer("denied")
        performance.deny_performance(self.session, self.dispute, self.consumer, note=note, now=at)

    def reopen(self, at: datetime) -> None:
        performance.reopen(self.session, self.dispute, self.consumer, note=self._consumer("reopened"), now=at)

    def rate(self, at: datetime) -> None:
        stars = self.rng.choices((5, 4, 3, 2, 1), (45, 30, 15, 6, 4))[0]
        comment = self._consumer("rating", stars=stars) if self.rng.random() < 0.7 else ""
        performance.rate(self.session, self.dispute, self.consumer, stars=stars, comment=comment, now=at)

    # What they have in common

    @property
    def _live_n(self) -> int:
        assert self.dispute.offer_n is not None  # noqa: S101 - Course has asked `may` before
        return self.dispute.offer_n

    def _shop_offers(self, at: datetime, generosity: float) -> None:
        asked = Remedy(self.dispute.remedy)
        softer = demo_city.fitting_remedies(self.dispute.trade, self.dispute.problem)
        remedy = asked if self.rng.random() < 0.4 + generosity / 2 else Remedy(self.rng.choice(softer))
        wanted = self.dispute.claim_fen or self.dispute.paid_fen
        amount = self._bargained(remedy, wanted, generosity)
        if amount is not None and remedy is not Remedy.COMPENSATION:
            amount = min(amount, self.dispute.paid_fen)
        self._offer(at, self._staff, remedy, amount, self._shop)

    def _offer(self, at: datetime, who: Viewer, remedy: Remedy, amount: int | None, line: Any) -> None:
        day = today(at, self.zone)
        by = day + timedelta(days=self.rng.randint(5, 7))
        kind = "counter" if who.is_consumer else "offer"
        note = line(kind, remedy, amount_fen=amount, by=by, on=day)
        terms = {"remedy": remedy, "amount_fen": amount, "perform_by": by, "note": note}
        offers.make_offer(self.session, self.dispute, who, **terms, now=at)

    def _withdraw(self, at: datetime, reason: str) -> None:
        note = self._consumer("withdrawal", reason=reason) if self.rng.random() < 0.5 else ""
        endings.withdraw(self.session, self.dispute, self.consumer, reason=reason, note=note, now=at)
