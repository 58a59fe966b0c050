"""Filing: what may be entered, what is kept of it, and that the same form files once."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.errors import RuleBroken
from portal.disputes.actions.complaints import Complaint, file_complaint
from portal.disputes.models import Dispute, DisputeEvent, Evidence, Statement, UnreadEvent
from portal.disputes.workflow import Remedy
from tests.disputes.photos import loose_photos
from tests.makers import Town, file, make_consumer, make_town
from tests.people import ALICE_ID
from tests.world import BEGINNING

TODAY = date(2026, 11, 24)
SUM = "Please enter the sum in yuan."
TOO_LONG = "Please keep this to %s characters. You wrote %s."


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


def test_a_complaint_begins_a_dispute(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice, auto_escalate=True, publish=True)
    assert (dispute.state, dispute.turn, dispute.last_seq) == ("filed", "merchant", 1)
    assert (dispute.merchant_id, dispute.store_id) == (town.merchant.id, town.store.id)
    assert (dispute.city_code, dispute.district_code, dispute.trade) == ("330100", "330102", "appliances")
    assert (dispute.paid_fen, dispute.claim_fen, dispute.remedy) == (8_000_00, 8_000_00, "refund")
    assert (dispute.auto_escalate, dispute.publish) == (True, True)
    assert dispute.filed_at == dispute.last_at == BEGINNING
    event = db_session.scalars(sa.select(DisputeEvent)).one()
    assert (event.seq, event.fact, event.party) == (1, "complaint_filed", "consumer")
    assert event.actor_id == ALICE_ID
    statement = db_session.scalars(sa.select(Statement)).one()
    assert (statement.seq, statement.text) == (1, "冰箱用了三天就不制冷，商家说离柜概不负责。")
    unread = db_session.scalars(sa.select(UnreadEvent)).one()
    assert (unread.dispute_id, unread.seq) == (dispute.id, 1)


def test_the_dispute_itself_holds_no_name_and_no_number(db_session: Session, town: Town):
    dispute = file(db_session, town.store, town.alice)
    columns = [str(getattr(dispute, column.key)) for column in sa.inspect(Dispute).columns]
    assert (dispute.consumer_label, dispute.phone_masked) == ("王*", "138****5678")
    assert [value for value in columns if "13812345678" in value or "王爱丽" in value] == []


def test_a_name_given_at_filing_is_kept_for_its_person_and_masked_in_the_dispute(
    db_session: Session, town: Town
):
    stranger = make_consumer(db_session)
    dispute = file(db_session, town.store, stranger, name=" 欧阳修竹 ")
    assert dispute.consumer_label == "欧阳*"
    assert stranger.identity is not None
    assert stranger.identity.name == "欧阳修竹"
    file(db_session, town.store, stranger, name="别人")
    assert stranger.identity.name == "欧阳修竹"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"problem": ""}, "problem", "Please choose what the problem is."),
        ({"problem": "ufo"}, "problem", "Please choose what the problem is."),
        (
            {"story": ""},
            "story",
            "Please write a little more: what was bought, and what is wrong with it.",
        ),
        (
            {"story": "\u202e \u200b\x00坏了\x07"},
            "story",
            "Please write a little more: what was bought, and what is wrong with it.",
        ),
        ({"story": "坏" * 100_000}, "story", TOO_LONG % (5000, 100000)),
        ({"story": "坏" * 5_001}, "story", TOO_LONG % (5000, 5001)),
        ({"bought_on": None}, "bought_on", "Please enter the day you bought it."),
        (
            {"bought_on": TODAY + timedelta(days=1)},
            "bought_on",
            "This day is still to come. When did you buy it?",
        ),
        (
            {"bought_on": TODAY - timedelta(days=1096)},
            "bought_on",
            "Here we take purchases of the last 1095 days. For older ones, please call the bureau.",
        ),
        (
            {"bought_on": date(1, 1, 1)},
            "bought_on",
            "Here we take purchases of the last 1095 days. For older ones, please call the bureau.",
        ),
        ({"paid_fen": None}, "paid", "Please enter what you paid, in yuan."),
        ({"paid_fen": 0}, "paid", "Please enter what you paid, in yuan."),
        ({"paid_fen": -1}, "paid", "Please enter what you paid, in yuan."),
        ({"paid_fen": 10_000_000_01}, "paid", "Please enter what you paid, in yuan."),
        ({"remedy": ""}, "remedy", "Please choose what you ask for."),
        ({"remedy": "revenge"}, "remedy", "Please choose what you ask for."),
        ({"claim_fen": None}, "claim", SUM),
        ({"claim_fen": 0}, "claim", SUM),
        (
            {"claim_fen": 8_000_01},
            "claim",
            "That is more than was paid (8,000 yuan). Please enter at most that.",
        ),
        (
            {"remedy": Remedy.RETURN, "claim_fen": 8_000_01},
            "claim",
            "That is more than was paid (8,000 yuan). Please enter at most that.",
        ),
        (
            {"remedy": Remedy.COMPENSATION, "claim_fen": 80_000_01},
            "claim",
            "The law allows at most 80,000 yuan here.",
        ),
        ({"goods": "冰" * 121}, "goods", TOO_LONG % (120, 121)),
        ({"order_no": "1" * 65}, "order_no", TOO_LONG % (64, 65)),
        ({"name": "王" * 31}, "name", TOO_LONG % (30, 31)),
    ],
)
def test_what_cannot_be_so_is_refused_beside_its_field(
    db_session: Session, town: Town, changes: dict[str, Any], field: str, sentence: str
):
    with pytest.raises(RuleBroken) as broken:
        file(db_session, town.store, town.alice, **changes)
    assert (broken.value.field, str(broken.value)) == (field, sentence)
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Dispute)) == 0


@pytest.mark.parametrize(
    ("changes", "claim_fen"),
    [
        ({"bought_on": TODAY}, 8_000_00),
        ({"bought_on": TODAY - timedelta(days=1095)}, 8_000_00),
        ({"paid_fen": 1, "claim_fen": 1}, 1),
        ({"paid_fen": 10_000_000_00}, 8_000_00),
        ({"remedy": Remedy.REPAIR, "claim_fen": None}, 0),
        ({"remedy": Remedy.REPAIR, "claim_fen": 5_00}, 0),
        ({"remedy": Remedy.APOLOGY, "claim_fen": None}, 0),
        ({"remedy": Remedy.COMPENSATION, "claim_fen": 80_000_00}, 80_000_00),
        ({"remedy": Remedy.COMPENSATION, "paid_fen": 5_00, "claim_fen": 1_000_00}, 1_000_00),
        ({"story": "冰箱坏了！"}, 8_000_00),
    ],
)
def test_what_is_just_within_the_limits_is_taken(
    db_session: Session, town: Town, changes: dict[str, Any], claim_fen: int
):
    assert file(db_session, town.store, town.alice, **changes).claim_fen == claim_fen


def test_what_nobody_can_see_is_not_kept(db_session: Session, town: Town):
    file(db_session, town.store, town.alice, story="\x00冰箱\u202e坏了，\r\n\u200b不制冷\ufeff。\x1b ")
    assert db_session.scalars(sa.select(Statement.text)).one() == "冰箱坏了，\n不制冷。"


def test_a_city_may_take_only_the_orders_of_its_last_days(db_session: Session, town: Town):
    town.city.orders_within_days = 30
    file(db_session, town.store, town.alice, bought_on=TODAY - timedelta(days=30))
    with pytest.raises(RuleBroken, match="30"):
        file(db_session, town.store, town.alice, bought_on=TODAY - timedelta(days=31))


def test_a_city_words_its_own_problems(db_session: Session, town: Town):
    town.city.choices = {"problem": [{"code": "fish", "zh": "鱼不新鲜", "en": "Fish not fresh"}]}
    assert file(db_session, town.store, town.alice, problem="fish").problem == "fish"
    with pytest.raises(RuleBroken):
        file(db_session, town.store, town.alice, problem="quality")


def test_the_company_behind_a_closed_store_still_answers(db_session: Session, town: Town):
    town.store.closed_at = BEGINNING
    assert file(db_session, town.store, town.alice).state == "filed"


def test_a_store_that_nobody_claimed_takes_complaints(db_session: Session, town: Town):
    town.merchant.verified_at = None
    assert file(db_session, town.store, town.alice).state == "filed"


COMPLAINT = Complaint("quality", "冰箱不制冷了。", TODAY, 8_000_00, "refund", 8_000_00)


def test_the_same_key_files_once(db_session: Session, town: Town):
    assert town.alice.identity is not None
    first, second = (
        file_complaint(db_session, town.store, town.alice.identity, COMPLAINT, key="k", now=now)
        for now in (BEGINNING, BEGINNING + timedelta(hours=1))
    )
    assert second is first
    assert db_session.scalar(sa.select(sa.func.count()).select_from(DisputeEvent)) == 1


def test_the_same_key_of_somebody_else_files_another(db_session: Session, town: Town):
    """A program may number its forms itself; that must not lead to a stranger's dispute."""
    assert town.alice.identity is not None
    assert town.mallory.identity is not None
    hers, others = (
        file_complaint(db_session, town.store, identity, COMPLAINT, key="1", now=BEGINNING)
        for identity in (town.alice.identity, town.mallory.identity)
    )
    assert hers.ref != others.ref
    assert others.consumer_id == town.mallory.id


def test_nine_photos_go_with_a_complaint_and_a_tenth_does_not(db_session: Session, town: Town):
    assert town.alice.identity is not None
    photos = loose_photos(db_session, 10, owner_id=ALICE_ID)
    with pytest.raises(RuleBroken) as broken:
        file_complaint(
            db_session, town.store, town.alice.identity, COMPLAINT, key="k", now=BEGINNING, photos=photos
        )
    assert (broken.value.field, str(broken.value)) == ("photos", "At most 9 photos, please.")
    dispute = file_complaint(
        db_session, town.store, town.alice.identity, COMPLAINT, key="k", now=BEGINNING, photos=photos[:9]
    )
    event = db_session.scalars(sa.select(DisputeEvent)).one()
    assert event.details["photos"] == [photo.file for photo in photos[:9]]
    kept = sa.select(Evidence).where(Evidence.dispute_id == dispute.id, Evidence.seq == 1)
    assert {photo.draft_key for photo in db_session.scalars(kept)} == {None}
    assert photos[9].dispute_id is None
