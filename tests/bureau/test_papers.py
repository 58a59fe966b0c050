"""The official papers: filled from the record, for whom they are, the identity only where it is kept."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.core.pdf import typeset
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.mediation import accept_for_mediation, hold_session, refuse_complaint, terminate
from portal.disputes.actions.proposals import accept_proposal, propose
from portal.disputes.models import Dispute
from portal.disputes.official import IdentityView, give_identity
from portal.disputes.permissions import party_of
from portal.disputes.queries import thread
from portal.disputes.views.official_papers import paper_data
from portal.disputes.views.paper_list import PAPERS, papers_of
from tests.makers import Town, days_from, file, make_officer, make_town, sign_in
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, BOB, GRACE
from tests.world import BEGINNING

NUMBER, HOME = "11010519491231002X", "湖滨路9号二单元"
HOUR = timedelta(hours=1)


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    """With the bureau, with identity."""
    made = file(db_session, town.store, town.alice)
    escalate(db_session, made, ALICE, now=BEGINNING)
    given = {"name": "王爱丽", "id_type": "id_card", "id_number": NUMBER, "address": HOME}
    give_identity(db_session, made, ALICE, **given, elsewhere=False, entrusted=True, now=BEGINNING)
    return made


def in_session(session: Session, dispute: Dispute) -> None:
    accept_for_mediation(session, dispute, GRACE, now=BEGINNING)
    for day, minutes in ((0, "商家称系人为损坏。"), (0, "双方再议。\n商家愿意检测。")):
        hold_session(
            session,
            dispute,
            GRACE,
            held_on=days_from(BEGINNING, day),
            way="phone",
            minutes=minutes,
            now=BEGINNING + HOUR,
        )


def settled(session: Session, dispute: Dispute) -> None:
    in_session(session, dispute)
    terms = {
        "remedy": "refund",
        "amount_fen": 6_000_00,
        "perform_by": days_from(BEGINNING, 5),
        "note": "自提。",
    }
    offer = propose(session, dispute, GRACE, **terms, now=BEGINNING + HOUR)
    for side in (ALICE, BOB):
        accept_proposal(session, dispute, side, offer.n, now=BEGINNING + 2 * HOUR)


def ended(session: Session, dispute: Dispute) -> None:
    in_session(session, dispute)
    terminate(session, dispute, GRACE, ground="no_agreement", note="双方差距较大。", now=BEGINNING + HOUR)


def refused(session: Session, dispute: Dispute) -> None:
    refuse_complaint(session, dispute, GRACE, ground="outside", note="", now=BEGINNING + HOUR)


def nothing(session: Session, dispute: Dispute) -> None:
    """Only handed over."""


@pytest.fixture
def on_paper(app: Flask, db_session: Session, dispute: Dispute) -> Callable[..., dict[str, str]]:
    """The papers that somebody may have, by name, each with all its words."""

    def read(viewer: Viewer, *, identity: bool = False) -> dict[str, str]:
        with app.test_request_context():
            events = thread(db_session, dispute, viewer)
            return {
                paper.name: json.dumps(
                    paper_data(db_session, dispute, viewer, paper, events, identity=identity),
                    ensure_ascii=False,
                )
                for paper in papers_of(events, party_of(viewer))
            }

    return read


@pytest.mark.parametrize(
    ("prepare", "names"),
    [
        (nothing, ["complaint"]),
        (refused, ["complaint", "non-acceptance"]),
        (in_session, ["complaint", "acceptance", "minutes-1", "minutes-2"]),
        (settled, ["complaint", "acceptance", "minutes-1", "minutes-2", "agreement"]),
        (ended, ["complaint", "acceptance", "minutes-1", "minutes-2", "termination"]),
    ],
)
def test_each_dispute_has_the_papers_of_its_record(
    on_paper: Callable[..., dict[str, str]], db_session: Session, dispute: Dispute, prepare, names: list[str]
) -> None:
    prepare(db_session, dispute)
    assert [[*on_paper(viewer)] for viewer in (ALICE, GRACE, BOB)] == [names, names, names[1:]]


def test_the_complaint_form_has_every_field_and_identity_only_for_the_officer_who_asks(
    on_paper: Callable[..., dict[str, str]],
) -> None:
    whole = on_paper(GRACE, identity=True)["complaint"]
    for said in (
        "王爱丽", "13812345678", "居民身份证", NUMBER, HOME, "投诉信息公开", "委托调解", "同意",
        "杭州冰川电器有限公司", "2026年11月21日", "湖滨路1号", "冰箱用了三天就不制冷", "¥8,000", "双门冰箱",
    ):  # fmt: skip
        assert said in whole, said
    masked, own = on_paper(GRACE)["complaint"], on_paper(ALICE)["complaint"]
    assert [part in masked for part in ("王爱丽", "13812345678", NUMBER, HOME, "王*")] == [False] * 4 + [True]
    assert [part in own for part in (NUMBER, HOME, "王爱丽", "13812345678")] == [False, False, True, True]


@pytest.mark.parametrize("prepare", [refused, settled, ended])
def test_no_paper_of_the_shop_says_who_complains(
    on_paper: Callable[..., dict[str, str]], db_session: Session, dispute: Dispute, prepare
) -> None:
    prepare(db_session, dispute)
    for name, text in on_paper(BOB).items():
        found = [part for part in ("王爱丽", "13812345678", NUMBER, HOME) if part in text]
        assert (name, found) == (name, [])


def test_the_notices_say_their_ground_and_what_is_left(
    on_paper: Callable[..., dict[str, str]], db_session: Session, dispute: Dispute
) -> None:
    ended(db_session, dispute)
    papers = on_paper(ALICE)
    assert "最迟至2027年1月23日止" in papers["acceptance"]
    for said in ("一方明确表示无法达成调解协议", "双方差距较大。", "仲裁", "人民法院", "第三十九条"):
        assert said in papers["termination"], said
    for said in ("2026年11月24日", "电话", "葛蕾丝", "双方再议。"):
        assert said in papers["minutes-2"], said


def test_the_agreement_has_the_terms_and_their_digest(
    on_paper: Callable[..., dict[str, str]], db_session: Session, dispute: Dispute
) -> None:
    settled(db_session, dispute)
    agreement = on_paper(BOB)["agreement"]
    for said in ("¥6,000", "2026年11月29日", "自提。", "SHA-256"):
        assert said in agreement, said


def test_papers_are_made_of_whatever_people_write(app: Flask, db_session: Session, town: Town) -> None:
    odd = file(
        db_session, town.store, town.alice, story='#panic() $x$ "\\" *a* \n\n@b <c> 😀 كلمة ' + "长" * 1500
    )
    escalate(db_session, odd, ALICE, now=BEGINNING, note='#import "x"')
    with app.test_request_context():
        events = thread(db_session, odd, GRACE)
        paper = papers_of(events, party_of(GRACE))[0]
        assert typeset("official.typ", paper_data(db_session, odd, GRACE, paper, events)).startswith(b"%PDF")


# The addresses


@pytest.mark.parametrize("name", [*PAPERS, "minutes-1", "minutes-2", "minutes-3", "minutes-x", "settlement"])
def test_who_may_download_what(
    name: str, new_client: Callable[[], NaggingClient], db_session: Session, town: Town, dispute: Dispute
) -> None:
    settled(db_session, dispute)
    there = {"complaint", "acceptance", "minutes-1", "minutes-2", "agreement"}
    for who in ("alice", "bob", "carol", "grace", "mallory"):
        client = new_client()
        sign_in(client, db_session, getattr(town, who))
        own = there if who in ("alice", "grace") else there - {"complaint"} if who != "mallory" else set()
        answer = client.get(f"/disputes/{dispute.ref}/papers/{name}.pdf")
        assert (who, answer.status_code) == (who, 200 if name in own else 404)
        assert answer.mimetype == ("application/pdf" if name in own else "text/html")
    other = new_client()
    sign_in(other, db_session, make_officer(db_session, "330106"))
    assert other.get(f"/disputes/{dispute.ref}/papers/{name}.pdf").status_code == 404
    assert db_session.scalars(sa.select(IdentityView)).all() == []


def test_the_form_with_identity_is_for_officers_and_each_download_is_kept(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town, dispute: Dispute
) -> None:
    grace = new_client()
    sign_in(grace, db_session, town.grace)
    shown = grace.get(f"/disputes/{dispute.ref}")
    answer = grace.submit(shown, "/papers/complaint.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    kept = db_session.scalars(sa.select(IdentityView)).all()
    assert [(one.dispute_id, one.officer_id) for one in kept] == [(dispute.id, town.grace.id)]
    for person in (town.alice, town.bob, town.carol, make_officer(db_session, "330106")):
        other = new_client()
        sign_in(other, db_session, person)
        token = tree(other.get("/account")).find(".//input[@name='csrf_token']")
        assert token is not None
        sent = {"csrf_token": token.get("value")}
        assert other.post(f"/disputes/{dispute.ref}/papers/complaint.pdf", data=sent).status_code == 404
    db_session.commit()
    assert db_session.scalar(sa.select(sa.func.count()).select_from(IdentityView)) == 1


def test_the_page_leads_to_the_papers_that_its_reader_may_have(
    new_client: Callable[[], NaggingClient], db_session: Session, town: Town, dispute: Dispute
) -> None:
    ended(db_session, dispute)
    titles = ["投诉书", "投诉受理通知书", "调解笔录 (1)", "调解笔录 (2)", "投诉终止调解通知书"]
    for who, shown in (("alice", titles), ("bob", titles[1:]), ("grace", titles)):
        client = new_client()
        sign_in(client, db_session, getattr(town, who))
        links = tree(client.get(f"/disputes/{dispute.ref}")).findall(".//ul[@class='papers']//a")
        assert [words(link).removesuffix(" PDF") for link in links] == shown
        assert [client.get(link.get("href")).status_code for link in links] == [200] * len(links)
