"""Sent twice at the very same time, by threads, through the pages: done once, and everybody is told so."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.disputes.models import Dispute, DisputeEvent, Offer, Settlement
from portal.disputes.verification import Checked, verify_disputes
from tests.disputes.visits import Visitors, complaint, fields_of
from tests.makers import Town, file, offered
from tests.nag import NaggingClient


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    made = file(db_session, town.store, town.alice)
    db_session.commit()
    return made


@pytest.fixture
def twin(new_client: Callable[[], NaggingClient]) -> Callable[[NaggingClient], NaggingClient]:
    """The same browser once more, for another thread."""

    def make(client: NaggingClient) -> NaggingClient:
        made = new_client()
        made.before = lambda: None
        cookie = client.get_cookie("hejie")
        assert cookie is not None
        made.set_cookie("hejie", cookie.value)
        return made

    return make


def at_once(sends: list[Callable[[], TestResponse]]) -> list[TestResponse | Exception | None]:
    answers: list[TestResponse | Exception | None] = [None] * len(sends)
    start = threading.Barrier(len(sends))

    def run(n: int, send: Callable[[], TestResponse]) -> None:
        start.wait(timeout=10)
        try:
            answers[n] = send()
        except (Exception, AssertionError) as failed:
            answers[n] = failed

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(sends)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def said(answers: list[Any]) -> list[Any]:
    return [(one.status_code, one.location) if isinstance(one, TestResponse) else one for one in answers]


def count(session: Session, table: type) -> int:
    session.commit()
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def whole(session: Session) -> bool:
    checked = Checked()
    for _ in verify_disputes(session, checked):
        pass
    return checked.differences == []


def test_a_complaint_tapped_five_times_is_filed_once(
    visitors: Visitors, town: Town, db_session: Session, twin: Callable[[NaggingClient], NaggingClient]
):
    alice = visitors["alice"]
    fields = complaint(alice, town)
    taps = [twin(alice) for _ in range(5)]
    db_session.commit()
    answers = at_once([lambda client=client: client.post("/disputes", data=fields) for client in taps])
    assert count(db_session, Dispute) == 1
    ref = db_session.scalars(sa.select(Dispute.ref)).one()
    assert said(answers) == [(303, f"/disputes/{ref}")] * 5


@pytest.mark.parametrize(
    "tapped",
    [
        ("message", "messages", {"text": "在吗？"}),
        ("question", "evidence-requests", {"note": "请拍照。"}),
        ("offer", "offers", {"remedy": "repair", "amount": "", "perform_by": "2026-11-27", "note": "修。"}),
    ],
)
def test_an_act_tapped_four_times_is_done_once_and_answers_the_same(
    visitors: Visitors,
    db_session: Session,
    dispute: Dispute,
    twin: Callable[[NaggingClient], NaggingClient],
    tapped: tuple[str, str, dict[str, str]],
):
    (act, noun, typed), bob, ref = tapped, visitors["bob"], dispute.ref
    fields = fields_of(bob.get(f"/disputes/{ref}?act={act}"), noun, typed) | typed
    taps = [twin(bob) for _ in range(4)]
    db_session.commit()
    answers = at_once(
        [lambda client=client: client.post(f"/disputes/{ref}/{noun}", data=fields) for client in taps]
    )
    assert said(answers) == [(303, f"/disputes/{ref}")] * 4
    assert count(db_session, DisputeEvent) == 2
    assert whole(db_session)


def test_of_an_acceptance_and_a_counter_offer_at_once_one_is_409_with_the_fresh_page(
    visitors: Visitors, db_session: Session, dispute: Dispute, twin: Callable[[NaggingClient], NaggingClient]
):
    offered(db_session, dispute)
    ref = dispute.ref
    accepts = fields_of(visitors["alice"].get(f"/disputes/{ref}"), "acceptance")
    counters = fields_of(visitors["bob"].get(f"/disputes/{ref}?act=offer"), "offers", ["note"])
    counters |= {"remedy": "repair", "amount": "", "perform_by": "2026-11-27"}
    alice, bob = twin(visitors["alice"]), twin(visitors["bob"])
    db_session.commit()
    answers = at_once(
        [
            lambda: alice.post(f"/disputes/{ref}/offers/1/acceptance", data=accepts),
            lambda: bob.post(f"/disputes/{ref}/offers", data=counters),
        ]
    )
    assert sorted(status for status, _ in said(answers)) == [303, 409]
    assert (count(db_session, Settlement), count(db_session, Offer)) in ((1, 1), (0, 2))
    assert whole(db_session)
