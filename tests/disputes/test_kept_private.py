"""What a shop never learns: who reports it, why somebody withdraws, who the customer is until shared."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.refs import spoken
from portal.disputes.models import Dispute, Report, Statement
from tests.disputes.visits import Visitors, post_act
from tests.makers import Town, file
from tests.nag import tree, words


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    made = file(db_session, town.store, town.alice)
    db_session.commit()
    return made


def test_a_report_is_made_and_the_shop_sees_nothing_of_it(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    alice, bob, ref = visitors["alice"], visitors["bob"], dispute.ref
    before = bob.get(f"/disputes/{ref}")
    made = alice.submit(alice.get(f"/disputes/{ref}?act=report"), "/reports", text="这家店卖假货。")
    assert made.status_code == 303
    db_session.commit()
    report = db_session.scalars(sa.select(Report)).one()
    number = spoken(report.ref)
    assert report.text == "这家店卖假货。"
    after = bob.get(f"/disputes/{ref}")
    assert after.headers["ETag"] == before.headers["ETag"]
    assert without_tokens(after.text) == without_tokens(before.text)
    assert number in words(tree(alice.get(f"/disputes/{ref}")))
    seen = [words(tree(bob.get(address))) for address in (f"/disputes/{ref}", "/disputes", "/notices")]
    assert [text for text in seen if number in text or "假货" in text] == []


def without_tokens(text: str) -> str:
    """A page without what is new each time: the form tokens and keys."""
    return re.sub(r'name="(csrf_token|key)" value="[^"]*"', "", text)


def test_a_shop_cannot_report_itself_away(visitors: Visitors, db_session: Session, dispute: Dispute):
    assert post_act(visitors["bob"], dispute.ref, "reports", text="他是骗子吧。").status_code == 404
    assert db_session.scalars(sa.select(Report)).all() == []


def test_a_withdrawal_shows_its_reason_to_the_consumer_alone(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    post_act(visitors["alice"], dispute.ref, "withdrawals", reason="pressed", note="店长让我撤的。")
    address = f"/disputes/{dispute.ref}"
    assert "店长让我撤的。" in visitors["alice"].get(address).text
    for who in ("bob", "carol"):
        text = visitors[who].get(address).text
        assert ("店长让我撤的。" in text, "商家要求我撤回" in text) == (False, False)
    assert db_session.scalars(sa.select(Statement.text).where(Statement.seq == 2)).all() == ["店长让我撤的。"]


def test_name_and_phone_stay_masked_until_they_are_shared(visitors: Visitors, dispute: Dispute):
    pages = (f"/disputes/{dispute.ref}", "/disputes", "/notices")
    for who in ("bob", "carol", "grace"):
        for page in pages:
            text = visitors[who].get(page).text
            assert ("13812345678" in text, "王爱丽" in text) == (False, False)
    post_act(visitors["alice"], dispute.ref, "contact-shares")
    shown = words(tree(visitors["bob"].get(f"/disputes/{dispute.ref}")))
    assert ("138 1234 5678" in shown or "13812345678" in shown, "王爱丽" in shown) == (True, True)
