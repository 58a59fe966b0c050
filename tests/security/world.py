"""Everybody who may knock at the portal's doors, and what is behind them."""

from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole, Person, SignedInSession
from portal.accounts.sessions import session_id
from portal.bureau.actions.issues import open_issue, publish
from portal.core.files import write_durably
from portal.core.refs import new_id96, new_token
from portal.disputes.actions.endings import split_off_report
from portal.disputes.actions.groups import invite
from portal.disputes.actions.offers import accept_offer, make_offer
from portal.disputes.counter import CounterComplaint
from portal.disputes.models import Dispute, Draft, Evidence
from portal.disputes.replies import SavedReply
from portal.merchants.models import Claim, Store, StoreChange
from portal.notices.models import Notice
from portal.return_policies.actions.standards import draft_version
from tests.conftest import SECRET
from tests.makers import (
    Town,
    days_from,
    file,
    make_city,
    make_clerk,
    make_merchant,
    make_officer,
    make_owner,
    make_store,
    make_town,
)
from tests.people import ALICE, BOB, GRACE
from tests.return_policies.makers import make_pledge, make_standard, newest
from tests.world import BEGINNING

# What an address names that is the same for everybody.
SAID = {
    "town": "330100",
    "district": "330102",
    "category": "shoes",
    "complaint": "complaint",
    "kind": "problem",
}
RAW_TOKEN = "a" * 40
# Alice complains, Bob owns the shop, Carol is his clerk, Grace is an officer of its district; Mallory, the
# rival (an owner of another shop) have nothing to do with it. The boss is the supervisor of their city; the
# faraway officer, the supervisor and the owner are of another city.
ACTORS = (
    "nobody", "alice", "mallory", "bob", "carol", "rival", "grace", "boss", "faraway", "farboss", "farowner",
)  # fmt: skip


@dataclass
class World:
    """A town with one more shop, one more city, and a thing of every kind that an address can name."""

    session: Session
    town: Town
    unclaimed: Store
    others: dict[str, Person]
    evidence: Path
    licences: Path

    def person(self, actor: str) -> Person | None:
        if actor == "nobody":
            return None
        found: Person = self.others.get(actor) or getattr(self.town, actor)
        return found

    def browser(self, app: Flask, actor: str) -> tuple[FlaskClient, str]:
        """A browser of its own for this actor, signed in, and a form token that is good in it."""
        person, cookie = self.person(actor), new_token(256)
        data = {"csrf_token": RAW_TOKEN} | ({"_user_id": str(person.id), "_fresh": True} if person else {})
        row = {"created_at": BEGINNING, "seen_at": BEGINNING, "person_id": person.id if person else None}
        self.session.add(SignedInSession(id=session_id(cookie), data=data, **row))
        self.session.commit()
        client = app.test_client()
        client.set_cookie("hejie", cookie)
        return client, URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(RAW_TOKEN)

    def parts(self, wanted: set[str]) -> dict[str, str]:
        """Fresh things for the variables of an address, all of Alice's dispute or of Bob's shop."""
        if wanted & {"slug", "pledge_id"}:
            return self._of_a_standard()
        if not wanted - {"kind"}:
            return {"kind": "problem"}
        for folder in (self.evidence, self.licences):
            folder.mkdir(exist_ok=True)
        dispute = file(self.session, self.town.store, self.town.alice)
        n = self._agreed_then_live(dispute)
        photo = self._photo(dispute)
        report = split_off_report(self.session, dispute, ALICE, text="这家店卖假货。", now=BEGINNING)
        kept = Draft(key=new_token(), fields={"store": self.town.store.code}, saved_at=BEGINNING)
        claim = Claim(store=self.unclaimed, person_id=self.others["rival"].id, made_at=BEGINNING)
        claim.licence_file = write_durably(self.licences, b"\xff\xd8 not a real licence", ".jpg")
        notice = Notice(
            person_id=ALICE.id, dispute_id=dispute.id, seq=2, fact="offer_made", audience="consumer",
            at=BEGINNING,
        )  # fmt: skip
        reply = SavedReply(city_code=self.town.store.city_code, title="受理", text="已受理。", position=1)
        change = self._change(claim.licence_file)
        self.session.add_all([kept, claim, notice, reply, change, _as_at_the_counter(dispute)])
        self.session.commit()
        return {
            "ref": dispute.ref,
            "report": report.ref,
            "n": str(n),
            "photo_id": photo.id,
            "key": kept.key,
            "store": self.town.store.code,
            "unclaimed": self.unclaimed.code,
            "claim_id": str(claim.id),
            "change_id": str(change.id),
            "clerk_id": str(make_clerk(self.session, self.town.store).id),
            "notice_id": str(notice.id),
            **SAID,
            "reply_id": str(reply.id),
            "issue": self._issue(dispute),
            "group": self._group(dispute),
        }

    def _change(self, photo: str) -> StoreChange:
        """Grace has verified Bob's stall by hand, with a photo."""
        return StoreChange(
            store_id=self.town.store.id, merchant_id=self.town.merchant.id, officer_id=GRACE.id,
            kind="verified", reason="12 号摊", details={"how": "visited", "photo": photo}, at=BEGINNING,
        )  # fmt: skip

    def _issue(self, dispute: Dispute) -> str:
        """An issue of Grace's over Alice's dispute, and what was published of it."""
        issue = open_issue(
            self.session, GRACE, [dispute.ref], city_code=dispute.city_code, title="冰箱退货难",
            text="多人反映不退。", note="", now=BEGINNING,
        )  # fmt: skip
        said = {"title": "冰箱退货难", "text": "已约谈。", "names_merchant": False, "ground": ""}
        publish(self.session, GRACE, issue, **said, now=BEGINNING)
        self.session.commit()
        return issue.ref

    def _group(self, dispute: Dispute) -> str:
        """A group that Alice and Mallory were invited to."""
        other = file(self.session, self.town.store, self.town.mallory)
        group = invite(
            self.session, GRACE, [dispute, other], title="冰箱", note="建议一起处理。", now=BEGINNING
        )
        self.session.commit()
        return group.ref

    def _of_a_standard(self) -> dict[str, str]:
        """A standard of Grace's district, which Bob's shop has pledged, and the draft of its next version."""
        standard = make_standard(self.session)
        pledge, version = make_pledge(self.session, standard), newest(self.session, standard)
        draft = draft_version(self.session, standard, GRACE, now=BEGINNING)
        self.session.commit()
        return {
            "slug": standard.slug,
            "draft": str(draft.n),
            "version": str(version.n),
            "pledge_id": str(pledge.id),
        }

    def _agreed_then_live(self, dispute: Dispute) -> int:
        """A settlement to be read, and then, reopened, an offer of Bob's on the table again."""
        from portal.disputes.actions.performance import claim_performance, confirm_performance, reopen

        terms = {"remedy": "repair", "amount_fen": None, "perform_by": days_from(BEGINNING, 3)}
        make_offer(self.session, dispute, BOB, now=BEGINNING, **terms)
        accept_offer(self.session, dispute, ALICE, 1, now=BEGINNING)
        claim_performance(self.session, dispute, BOB, now=BEGINNING)
        confirm_performance(self.session, dispute, ALICE, now=BEGINNING)
        reopen(self.session, dispute, ALICE, note="又坏了。", now=BEGINNING)
        return make_offer(self.session, dispute, BOB, now=BEGINNING, **terms).n

    def _photo(self, dispute: Dispute) -> Evidence:
        name = write_durably(self.evidence, b"\xff\xd8 not a real photo", ".jpg")
        photo = Evidence(
            id=new_id96(), dispute_id=dispute.id, seq=1, owner_id=ALICE.id, file=name, thumb=name,
            original_sha256="", width=1, height=1, added_at=BEGINNING,
        )  # fmt: skip
        self.session.add(photo)
        self.session.flush()
        return photo


def _as_at_the_counter(dispute: Dispute) -> CounterComplaint:
    """What would make it a dispute of the counter too, so that the counter's addresses know it."""
    return CounterComplaint(
        dispute_id=dispute.id, city_code=dispute.city_code, district_code=dispute.district_code,
        officer_id=GRACE.id, reach="none", taken_at=BEGINNING,
    )  # fmt: skip


def make_world(session: Session, instance: Path) -> World:
    town = make_town(session)
    ningbo = make_city(session, "330200")
    rival_merchant = make_merchant(session)
    make_store(session, rival_merchant)
    far_merchant = make_merchant(session, ningbo)
    make_store(session, far_merchant)
    others = {
        "rival": make_owner(session, rival_merchant, username="rival"),
        "boss": make_officer(session, "330100", role=OfficerRole.SUPERVISOR, username="boss"),
        "faraway": make_officer(session, "330203", username="faraway"),
        "farboss": make_officer(session, "330200", role=OfficerRole.SUPERVISOR, username="farboss"),
        "farowner": make_owner(session, far_merchant, username="farowner"),
    }
    unclaimed = make_store(session, make_merchant(session, verified_at=None))
    session.commit()
    return World(session, town, unclaimed, others, instance / "evidence", instance / "licences")
