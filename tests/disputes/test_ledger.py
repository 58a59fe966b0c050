"""The ledger: every event hangs on the one before, and nothing that was agreed can be changed afterwards."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from portal.core.errors import MovedOn, NotAllowed
from portal.disputes.actions.talks import post_message
from portal.disputes.ledger import chained, digest, record
from portal.disputes.models import Dispute, DisputeEvent, Offer, Settlement, Statement, UnreadEvent
from portal.disputes.verification import Checked, verify_disputes
from portal.disputes.workflow import Fact, Party
from tests.makers import agreed, file, make_town, offered
from tests.people import ALICE, ALICE_ID, BOB
from tests.world import BEGINNING

HOUR = timedelta(hours=1)


@pytest.fixture
def dispute(db_session: Session) -> Dispute:
    town = make_town(db_session)
    return file(db_session, town.store, town.alice)


def differences(session: Session) -> list[str]:
    """What `hejie verify` finds, each sentence after the reference."""
    checked = Checked()
    for _ in verify_disputes(session, checked):
        pass
    return [sentence.partition(": ")[2] for sentence in checked.differences]


def test_each_event_hangs_on_the_one_before(db_session: Session, dispute: Dispute):
    agreed(db_session, dispute)
    db_session.commit()
    db_session.expire_all()
    events = db_session.scalars(sa.select(DisputeEvent).order_by(DisputeEvent.seq)).all()
    assert [event.seq for event in events] == [1, 2, 3]
    assert [event.prev_hash for event in events] == ["", *(event.hash for event in events[:-1])]
    assert [event.hash for event in events] == [chained(dispute.ref, event) for event in events]
    assert (dispute.last_seq, dispute.last_hash, dispute.last_at) == (3, events[-1].hash, BEGINNING)
    assert differences(db_session) == []


def test_the_hash_covers_everything_in_an_event(db_session: Session, dispute: Dispute):
    event = db_session.scalars(sa.select(DisputeEvent)).one()
    db_session.commit()
    hashes = {event.hash}
    for column, other in {
        "seq": 2,
        "fact": "message_posted",
        "party": "merchant",
        "actor_id": None,
        "at": BEGINNING + HOUR,
        "details": {},
        "prev_hash": "0" * 64,
    }.items():
        same = {one.name: getattr(event, one.name) for one in DisputeEvent.__table__.columns}
        values = same | {column: other}
        hashes.add(chained(dispute.ref, DisputeEvent(**values)))
    hashes.add(chained("00000000000000", event))
    assert len(hashes) == 9


@pytest.mark.parametrize(
    "attempt",
    [
        "UPDATE dispute_events SET fact = 'offer_made'",
        "UPDATE dispute_events SET details = '{}'",
        "UPDATE dispute_events SET hash = ''",
        "DELETE FROM dispute_events",
        "UPDATE settlements SET terms = '{}'",
        "UPDATE settlements SET terms_sha256 = ''",
        "DELETE FROM settlements",
        "UPDATE offers SET amount_fen = 1",
        "UPDATE offers SET remedy = 'apology'",
        "UPDATE offers SET perform_by = '2030-01-01'",
        "UPDATE offers SET valid_until = '2030-01-01 00:00:00'",
        "UPDATE offers SET party = 'consumer'",
        "UPDATE offers SET seq = 1",
        "UPDATE offers SET n = 7",
        "DELETE FROM offers",
    ],
)
def test_the_database_refuses_to_change_what_happened(db_session: Session, dispute: Dispute, attempt: str):
    agreed(db_session, dispute)
    db_session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        db_session.execute(sa.text(attempt))
    db_session.rollback()
    assert differences(db_session) == []


def test_how_an_offer_ended_may_still_be_written(db_session: Session, dispute: Dispute):
    offered(db_session, dispute)
    db_session.commit()
    db_session.execute(sa.update(Offer).values(ended="declined"))
    db_session.commit()
    assert db_session.scalars(sa.select(Offer.ended)).all() == ["declined"]


def test_an_erased_text_leaves_the_chain_whole(db_session: Session, dispute: Dispute):
    post_message(db_session, dispute, ALICE, text="我的电话是 13812345678。", now=BEGINNING)
    db_session.commit()
    event = db_session.get_one(DisputeEvent, (dispute.id, 2))
    statement = db_session.get_one(Statement, (dispute.id, 2))
    assert event.details["statement"] == digest(statement.salt, "我的电话是 13812345678。")
    assert "13812345678" not in str(event.details)
    statement.text, statement.salt, statement.erased_at = "", "", BEGINNING
    db_session.commit()
    assert differences(db_session) == []


def test_two_people_who_wrote_the_same_leave_different_digests(db_session: Session, dispute: Dispute):
    post_message(db_session, dispute, ALICE, text="好的", now=BEGINNING)
    post_message(db_session, dispute, BOB, text="好的", now=BEGINNING)
    events = db_session.scalars(sa.select(DisputeEvent).where(DisputeEvent.seq > 1)).all()
    assert len({event.details["statement"] for event in events}) == 2


def test_a_changed_text_does_not_go_unnoticed(db_session: Session, dispute: Dispute):
    db_session.commit()
    db_session.execute(sa.update(Statement).values(text="我很满意。"))
    db_session.commit()
    assert differences(db_session) == ["the text of event 1 has been changed."]


def test_a_changed_state_does_not_go_unnoticed(db_session: Session, dispute: Dispute):
    db_session.commit()
    db_session.execute(sa.update(Dispute.__table__).values(state="confirmed"))
    db_session.commit()
    assert differences(db_session) == ["its state is confirmed; its events say filed."]


def test_every_event_waits_for_the_notices_and_marks_the_board(db_session: Session, dispute: Dispute):
    db_session.execute(sa.update(Dispute.__table__).values(uncounted=False))
    db_session.commit()
    post_message(db_session, dispute, ALICE, text="在吗？", now=BEGINNING)
    db_session.commit()
    waiting = db_session.scalars(sa.select(UnreadEvent.seq).order_by(UnreadEvent.seq)).all()
    assert waiting == [1, 2]
    assert dispute.uncounted is True


def test_who_may_never_is_told_apart_from_who_may_not_now(db_session: Session, dispute: Dispute):
    for party, refusal in ((Party.MERCHANT, NotAllowed), (Party.CONSUMER, MovedOn)):
        with pytest.raises(refusal):
            record(
                db_session, dispute, Fact.PERFORMANCE_CONFIRMED, party=party, actor_id=ALICE_ID, now=BEGINNING
            )


def test_who_acts_on_what_another_has_changed_meanwhile_loses(db_session: Session, dispute: Dispute):
    """The second line behind the row's lock: `last_seq` is the version of the row."""
    id_, seen = dispute.id, dispute.last_hash
    db_session.commit()
    with Session(db_session.get_bind()) as faster:
        post_message(faster, faster.get_one(Dispute, id_), ALICE, text="第一。", now=BEGINNING)
        faster.commit()
    late = db_session.get_one(Dispute, id_)
    set_committed_value(late, "last_seq", 1)
    set_committed_value(late, "last_hash", seen)
    with pytest.raises(StaleDataError):
        post_message(db_session, late, BOB, text="第二。", now=BEGINNING)
    db_session.rollback()
    assert db_session.scalars(sa.select(Statement.text).where(Statement.seq == 2)).all() == ["第一。"]
    assert differences(db_session) == []


def test_a_settlement_has_one_row_for_each_accepted_offer(db_session: Session, dispute: Dispute):
    agreed(db_session, dispute)
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Settlement)) == 1
