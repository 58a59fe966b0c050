"""Two at once: exactly one wins, nothing is lost, nothing is done twice. Real threads and processes."""

import time
from datetime import timedelta
from itertools import chain

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity
from portal.core.errors import MovedOn
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.actions.endings import escalate, withdraw
from portal.disputes.actions.offers import accept_offer, decline_offer
from portal.disputes.actions.performance import confirm_performance
from portal.disputes.deadlines import catch_up, start_reply_clock
from portal.disputes.drafts import save_draft
from portal.disputes.models import Dispute, DisputeEvent, Draft, Offer, Settlement, Statement
from portal.disputes.verification import Checked, verify_disputes
from portal.merchants.models import Store
from tests.disputes.racing import acting, at_once, write_in_processes
from tests.makers import Town, file, make_town, offered, performed
from tests.people import ALICE, ALICE_ID, BOB, CAROL, STORE_ID
from tests.world import BEGINNING

LOST = [MovedOn, "done"]
ACCEPTS = (ALICE, lambda session, found, who: accept_offer(session, found, who, 1, now=BEGINNING))


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def facts(session: Session) -> list[str]:
    order = DisputeEvent.dispute_id, DisputeEvent.seq
    return list(session.scalars(sa.select(DisputeEvent.fact).order_by(*order)))


def count(session: Session, table: type) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def differences(session: Session) -> list[str]:
    checked = Checked()
    for _ in verify_disputes(session, checked):
        pass
    return checked.differences


def names(outcomes: list[object]) -> list[object]:
    return sorted(outcomes, key=str)


@pytest.mark.parametrize("turn", range(3))
def test_who_accepts_and_who_counters_at_once_one_of_them_wins(
    database_url: str, db_session: Session, town: Town, turn: int
):
    dispute = file(db_session, town.store, town.alice)
    offered(db_session, dispute)
    db_session.commit()
    deeds = [
        acting(dispute.ref, *ACCEPTS),
        acting(dispute.ref, BOB, lambda session, found, who: offered(session, found, who, amount_fen=1_00)),
    ]
    db_session.rollback()
    accepted, countered = at_once(database_url, deeds if turn else deeds[::-1])[:: 1 if turn else -1]
    if accepted == "done":
        assert (countered, facts(db_session)[2:]) == (MovedOn, ["offer_accepted"])
        assert (count(db_session, Settlement), count(db_session, Offer)) == (1, 1)
    else:
        assert (accepted, countered, facts(db_session)[2:]) == (MovedOn, "done", ["offer_made"])
        assert (count(db_session, Settlement), count(db_session, Offer)) == (0, 2)
    assert differences(db_session) == []


PAIRS = {
    "accept twice": [ACCEPTS, ACCEPTS],
    "accept and decline": [
        ACCEPTS,
        (ALICE, lambda session, found, who: decline_offer(session, found, who, 1, now=BEGINNING)),
    ],
    "accept and hand over": [
        ACCEPTS,
        (ALICE, lambda session, found, who: escalate(session, found, who, now=BEGINNING, note="")),
    ],
    "withdraw and hand over": [
        (ALICE, lambda session, found, who: escalate(session, found, who, now=BEGINNING, note="")),
        (
            ALICE,
            lambda session, found, who: withdraw(session, found, who, reason="other", note="", now=BEGINNING),
        ),
    ],
}


@pytest.mark.parametrize("pair", list(PAIRS))
def test_of_two_decisions_at_once_one_wins_and_the_other_has_moved_on(
    database_url: str, db_session: Session, town: Town, pair: str
):
    dispute = file(db_session, town.store, town.alice)
    offered(db_session, dispute)
    deeds = [acting(dispute.ref, who, act) for who, act in PAIRS[pair]]
    db_session.commit()
    assert names(at_once(database_url, deeds)) == LOST
    assert len(facts(db_session)) == 3
    assert differences(db_session) == []


def test_two_confirmations_at_once_confirm_once(database_url: str, db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    performed(db_session, dispute)
    confirms = ALICE, lambda session, found, who: confirm_performance(session, found, who, now=BEGINNING)
    deed = acting(dispute.ref, *confirms)
    db_session.commit()
    assert names(at_once(database_url, [deed, deed])) == LOST
    assert facts(db_session).count("performance_confirmed") == 1


def test_three_workers_record_what_time_does_once(database_url: str, db_session: Session, town: Town):
    late = BEGINNING + timedelta(days=30)
    disputes = [file(db_session, town.store, town.alice, auto_escalate=n % 2 == 0) for n in range(6)]
    for dispute in disputes:
        start_reply_clock(db_session, dispute, BEGINNING)
    ids = [dispute.id for dispute in disputes]
    db_session.commit()
    deeds = [lambda session, id_=id_: catch_up(session, id_, late) for id_ in ids]
    outcomes = at_once(database_url, list(chain.from_iterable([deed] * 3 for deed in deeds)))
    by_dispute = [sorted(outcomes[n : n + 3]) for n in range(0, 18, 3)]
    assert by_dispute == [[0, 0, 2]] * 6  # silence, and the end of the talks or of the bureau's seven days
    assert facts(db_session).count("merchant_fell_silent") == 6
    assert differences(db_session) == []


def test_a_worker_and_a_late_reply_at_once_leave_a_story_that_holds(
    database_url: str, db_session: Session, town: Town
):
    late = BEGINNING + timedelta(hours=97)
    dispute = file(db_session, town.store, town.alice, auto_escalate=True)
    start_reply_clock(db_session, dispute, BEGINNING)
    ref, id_ = dispute.ref, dispute.id
    db_session.commit()

    def reply(session: Session, found: Dispute, who: object) -> None:
        catch_up(session, found.id, late)
        offered(session, found, BOB, now=late)

    worker, replied = at_once(
        database_url, [lambda session: catch_up(session, id_, late), acting(ref, BOB, reply)]
    )
    assert replied is MovedOn  # it went to the bureau at the 96th hour, whoever wrote that down
    assert worker in (0, 1)
    if worker == 1:
        assert facts(db_session)[-2:] == ["merchant_fell_silent", "escalated"]
    assert differences(db_session) == []


def test_the_same_form_sent_eight_times_at_once_files_once(
    database_url: str, db_session: Session, town: Town
):
    complaint = Complaint("quality", "冰箱不制冷了。", BEGINNING.date(), 8_000_00, "refund", 8_000_00)
    db_session.commit()

    def deed(session: Session) -> str:
        store, identity = session.get_one(Store, STORE_ID), session.get_one(Identity, ALICE_ID)
        return file_complaint(session, store, identity, complaint, key="one", now=BEGINNING).ref

    outcomes = at_once(database_url, [deed] * 8)
    refs = db_session.scalars(sa.select(Dispute.ref)).all()
    assert len(refs) == 1
    filed = [outcome for outcome in outcomes if outcome == refs[0]]
    refused = [outcome for outcome in outcomes if outcome != refs[0]]
    assert filed
    assert {type(outcome).__name__ for outcome in refused} <= {"IntegrityError"}
    assert facts(db_session) == ["complaint_filed"]


def test_the_same_draft_kept_eight_times_at_once_is_kept(database_url: str, db_session: Session, town: Town):
    """A double tap on "Go on": every tap has its answer, and the draft is there once."""

    def keep(session: Session, n: int) -> str:
        draft = save_draft(session, "one", {"n": n}, consumer_id=None, now=BEGINNING)
        time.sleep(0.05)
        return draft.key

    db_session.commit()
    outcomes = at_once(database_url, [lambda session, n=n: keep(session, n) for n in range(8)])
    assert outcomes == ["one"] * 8
    assert count(db_session, Draft) == 1


def test_the_chain_is_whole_after_eight_processes_wrote_at_once(
    database_url: str, db_session: Session, town: Town
):
    dispute = file(db_session, town.store, town.alice)
    ref = dispute.ref
    db_session.commit()
    assert write_in_processes(database_url, ref, [ALICE, BOB, CAROL, ALICE] * 2, each=5) == [0] * 8
    texts = db_session.scalars(sa.select(Statement.text).where(Statement.seq > 1)).all()
    assert sorted(texts) == sorted(f"{number}-{n}" for number in range(8) for n in range(5))
    seqs = db_session.scalars(sa.select(DisputeEvent.seq).order_by(DisputeEvent.seq)).all()
    assert seqs == list(range(1, 42))
    assert differences(db_session) == []
