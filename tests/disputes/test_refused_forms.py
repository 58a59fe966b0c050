"""A refused form answers 422 with a sentence beside the field, and with all that was typed and uploaded."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.disputes.models import Dispute, DisputeEvent, Evidence
from tests.disputes.pictures import jpeg, upload
from tests.disputes.visits import Visitors, complaint, fields_of, post_act, send
from tests.makers import Town, agreed, file, offered, performed
from tests.nag import filled, find_form, tree, words

LONG = "字" * 100_000


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    made = file(db_session, town.store, town.alice)
    db_session.commit()
    return made


def sentences(shown: TestResponse) -> dict[str, str]:
    """What is said beside the fields: {name of the field: sentence}."""
    page = tree(shown)
    texts = {one.get("id", ""): words(one) for one in page.iter() if (one.get("id") or "").endswith("-error")}
    said = {}
    for one in page.iter():
        about = [id_ for id_ in (one.get("aria-describedby") or "").split() if id_ in texts]
        if about:
            name = one.get("name") or next(field.get("name", "") for field in one.iter("input"))
            said[name.removesuffix("_kept")] = texts.pop(about[0]).removeprefix("错误： ")
    assert texts == {}, "a sentence stands beside no field"
    return said


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("problem", None, "请选择遇到的问题。"),
        ("problem", "ufo", "请选择遇到的问题。"),
        ("bought_on", "", "请填写购买日期。"),
        ("bought_on", "2026-11-25", None),
        ("bought_on", "1999-01-01", None),
        ("bought_on", "昨天", None),
        ("bought_on", "2026-02-30", None),
        ("paid", "", "请填写实付金额（元）。"),
        ("paid", "0", None),
        ("paid", "-5", None),
        ("paid", "许多", None),
        ("paid", "8000.001", None),
        ("paid", "9" * 50, None),
        ("paid", "1e9", None),
        ("claim", "8000.01", None),
        ("claim", "全部", None),
        ("story", "", None),
        ("story", "坏", None),
        ("story", LONG, None),
        ("remedy", None, None),
        ("remedy", "revenge", None),
        ("order_no", "1" * 65, None),
        ("goods", "冰" * 121, None),
    ],
)
def test_a_wrong_complaint_comes_back_whole_with_a_sentence_beside_its_field(
    visitors: Visitors, town: Town, db_session: Session, field: str, typed: str | None, sentence: str | None
):
    alice = visitors["alice"]
    whole = complaint(alice, town, goods="双门冰箱", order_no="42", photos=upload(jpeg()))
    fields = whole | {field: typed or ""}
    answer = alice.post("/disputes", data=fields)
    assert answer.status_code == 422
    said = sentences(answer)
    assert list(said) == [field]
    assert said[field]
    if sentence:
        assert said[field] == sentence
    kept = dict(filled(find_form(answer, "/disputes")))
    names = ("problem", "bought_on", "paid", "story", "remedy", "claim", "goods", "order_no", "store", "key")
    expected = {name: fields[name] for name in names if fields[name] not in ("", "ufo", "revenge")}
    assert {name: kept.get(name) for name in expected} == expected
    assert isinstance(kept["photos_kept"], str)
    db_session.commit()
    assert db_session.scalars(sa.select(Dispute)).all() == []
    again = alice.post("/disputes", data=kept | {field: whole[field]})
    assert again.status_code == 303
    db_session.commit()
    assert db_session.scalars(sa.select(Evidence.seq)).all() == [1]


@pytest.mark.parametrize("phone", ["", "12345", "1381234567", "23812345678", "+1 202 555 0100", "x" * 500])
def test_a_wrong_phone_comes_back_to_the_last_step(
    visitors: Visitors, town: Town, db_session: Session, phone: str
):
    nobody = visitors["nobody"]
    answer = nobody.post("/disputes", data=complaint(nobody, town, phone=phone, name="王爱丽"))
    assert answer.status_code == 422
    assert list(sentences(answer)) == ["phone"]
    kept = dict(filled(find_form(answer, "/disputes")))
    assert (kept["phone"], kept["name"], "auto_escalate" in kept) == (phone, "王爱丽", True)


def test_an_unknown_shop_is_404(visitors: Visitors, town: Town):
    alice = visitors["alice"]
    for code in ("", "XXXXXXXX", "x" * 1000):
        assert alice.post("/disputes", data=complaint(alice, town, store=code)).status_code == 404


OFFER = {"remedy": "refund", "amount": "8000", "perform_by": "2026-11-27", "valid_until": "", "note": "好。"}
LATE = OFFER | {"perform_by": "2026-12-30"}
REFUSED: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("bob", "offer", "offers", OFFER | {"amount": "8000.01"}, "amount"),
    ("bob", "offer", "offers", OFFER | {"amount": ""}, "amount"),
    ("bob", "offer", "offers", OFFER | {"amount": "很多"}, "amount"),
    ("bob", "offer", "offers", OFFER | {"amount": "-1"}, "amount"),
    ("bob", "offer", "offers", OFFER | {"perform_by": "2026-11-23"}, "perform_by"),
    ("bob", "offer", "offers", OFFER | {"perform_by": "2027-11-26"}, "perform_by"),
    ("bob", "offer", "offers", OFFER | {"perform_by": "明天"}, "perform_by"),
    ("bob", "offer", "offers", OFFER | {"perform_by": ""}, "perform_by"),
    ("bob", "offer", "offers", OFFER | {"valid_until": "2026-11-23"}, "valid_until"),
    ("bob", "offer", "offers", LATE | {"valid_until": "2026-12-29"}, "valid_until"),
    ("bob", "offer", "offers", OFFER | {"note": LONG}, "note"),
    ("bob", "offer", "offers", OFFER | {"remedy": "smile"}, "remedy"),
    ("alice", "message", "messages", {"text": ""}, "text"),
    ("alice", "message", "messages", {"text": LONG}, "text"),
    ("bob", "question", "evidence-requests", {"note": ""}, "note"),
    ("bob", "refusal", "refusals", {"reason": "", "note": "没有问题。"}, "reason"),
    ("bob", "refusal", "refusals", {"reason": "misuse", "note": ""}, "note"),
    ("bob", "denial", "store-denials", {"note": " "}, "note"),
    ("alice", "withdrawal", "withdrawals", {"note": "算了。"}, "reason"),
    ("alice", "escalation", "escalations", {"note": LONG}, "note"),
    ("alice", "report", "reports", {"text": "假"}, "text"),
]


@pytest.mark.parametrize("refused", REFUSED, ids=lambda one: f"{one[2]} {one[4]}")
def test_a_refused_act_comes_back_whole_with_a_sentence_beside_its_field(
    visitors: Visitors, db_session: Session, dispute: Dispute, refused: Any
):
    who, name, noun, typed, field = refused
    shown = visitors[who].get(f"/disputes/{dispute.ref}?act={name}")
    answer = send(visitors[who], shown, noun, **typed)
    assert answer.status_code == 422
    assert list(sentences(answer)) == [field]
    assert sentences(answer)[field]
    kept = fields_of(answer, noun, typed)
    names = [one for one in typed if typed[one] != "smile"]
    assert {one: kept.get(one, "").strip() for one in names} == {one: typed[one].strip() for one in names}
    db_session.commit()
    assert db_session.scalars(sa.select(DisputeEvent.fact)).all() == ["complaint_filed"]


def test_a_refused_denial_or_reopening_keeps_what_was_typed(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    performed(db_session, dispute)
    alice = visitors["alice"]
    for act, noun in (("missing", "performance-denials"), ("rating", "ratings")):
        if act == "rating":
            post_act(alice, dispute.ref, "confirmations")
        shown = alice.get(f"/disputes/{dispute.ref}?act={act}")
        field = "comment" if act == "rating" else "note"
        answer = send(alice, shown, noun, **{field: LONG})
        assert answer.status_code == 422
        assert fields_of(answer, noun, [field])[field].strip() == LONG


def test_stars_that_are_none_are_refused(visitors: Visitors, db_session: Session, dispute: Dispute):
    performed(db_session, dispute)
    post_act(visitors["alice"], dispute.ref, "confirmations")
    for stars in ("", "0", "6", "五", "1" * 5000):
        answer = post_act(visitors["alice"], dispute.ref, "ratings", stars=stars, comment="好。")
        assert (answer.status_code, list(sentences(answer))) == (422, ["stars"])


def test_the_photos_of_a_refused_message_are_shown_again_and_go_with_the_next(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    alice = visitors["alice"]
    shown = alice.get(f"/disputes/{dispute.ref}?act=message")
    refused = send(alice, shown, "messages", text=LONG, photos=upload(jpeg(), jpeg("blue")))
    kept = fields_of(refused, "messages", ["text"])
    pictures = [one.get("src") for one in tree(refused).iter("img") if "/evidence/" in (one.get("src") or "")]
    assert [alice.get(src).mimetype for src in pictures] == ["image/jpeg"] * 2
    one_unticked = kept | {"text": "短一点。", "photos_kept": kept["photos_kept"][0]}
    assert alice.post(f"/disputes/{dispute.ref}/messages", data=one_unticked).status_code == 303
    db_session.commit()
    assert db_session.scalars(sa.select(Evidence.seq)).all() == [2]


def test_the_proof_of_a_refused_performance_is_kept(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    agreed(db_session, dispute)
    bob = visitors["bob"]
    shown = bob.get(f"/disputes/{dispute.ref}?act=performance")
    refused = send(bob, shown, "performances", note=LONG, photos=upload(jpeg()))
    assert refused.status_code == 422
    again = fields_of(refused, "performances", ["note"]) | {"note": "转账截图。"}
    assert bob.post(f"/disputes/{dispute.ref}/performances", data=again).status_code == 303
    db_session.commit()
    assert db_session.scalars(sa.select(Evidence.seq)).all() == [4]


def test_line_breaks_count_once(visitors: Visitors, db_session: Session, dispute: Dispute):
    """A browser sends each as two characters; who keeps to the counter is within the limit."""
    text = "字\r\n" * 999 + "完。"
    assert post_act(visitors["alice"], dispute.ref, "messages", text=text).status_code == 303


def test_a_refused_answer_to_an_offer_leaves_the_offer_on_the_table(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    offered(db_session, dispute)
    db_session.commit()
    answer = post_act(visitors["alice"], dispute.ref, "offers/1/refusal", note=LONG)
    assert answer.status_code == 422
    assert post_act(visitors["alice"], dispute.ref, "offers/1/acceptance").status_code == 303
