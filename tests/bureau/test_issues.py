"""The same trouble at many: what is unusual, the issue over it, its letters, its result, its groups."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import PersonKind
from portal.accounts.viewer import Viewer
from portal.bureau.queries.clusters import By, clusters
from portal.bureau.queries.issues import issues, parts_of
from portal.bureau.surprise import expected, is_unusual, log_tail
from portal.disputes.actions.endings import escalate
from portal.disputes.actions.groups import join_group
from portal.disputes.actions.mediation import accept_for_mediation
from portal.disputes.models import Dispute
from portal.disputes.others import in_tens, others_saying_the_same
from tests.bureau.waiting import NewClient, main, signed_in
from tests.makers import Town, file, make_consumer, make_officer
from tests.nag import NaggingClient, tree
from tests.people import GRACE
from tests.world import BEGINNING

DAY = timedelta(days=1)


def many(session: Session, town: Town, count: int, *, at=BEGINNING, **changes: object) -> list[Dispute]:
    """So many disputes of so many consumers with the town's shop."""
    return [file(session, town.store, make_consumer(session), now=at, **changes) for _ in range(count)]


@pytest.mark.parametrize(
    ("observed", "usual", "flagged"),
    [
        (5, 0.0, False),
        (6, 0.0, True),
        (6, 2.0, False),
        (12, 2.0, True),
        (120, 100.0, False),
        (140, 100.0, True),
    ],
)
def test_few_disputes_are_never_a_pattern_and_many_are_one_only_beside_what_is_usual(
    observed: int, usual: int, flagged: bool
) -> None:
    assert is_unusual(observed, usual) is flagged


def test_the_chance_agrees_with_poissons_law_and_never_fails() -> None:
    assert round(2.718281828459045 ** log_tail(6, 1.0), 6) == 0.000594
    assert log_tail(100_000, 1.0) < log_tail(1_000, 1.0) < log_tail(3, 3.0) == 0.0
    assert expected(73, 5) == 1.0


def test_a_burst_is_shown_beside_what_was_usual_and_only_in_its_own_region(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    many(db_session, town, 12, at=BEGINNING - 100 * DAY)
    many(db_session, town, 9)
    found = clusters(db_session, GRACE, 7, BEGINNING + DAY)
    assert {one.by: (one.observed, round(one.usual, 2)) for one in found} == {
        By.STORE: (9, 0.23),
        By.PROBLEM: (9, 0.23),
    }
    assert "冰川电器湖滨店" in main(grace.get("/bureau/clusters?days=7"))
    other = signed_in(new_client, db_session, make_officer(db_session, "330106"))
    assert "冰川电器湖滨店" not in main(other.get("/bureau/clusters?days=7"))


def opened(grace: NaggingClient, town: Town) -> str:
    """The address of an issue over the shop's disputes of the last days."""
    place = f"/bureau/issues/new?by=store&of={town.store.id}&city=330100&days=30"
    answer = grace.submit(grace.get(place), "/bureau/issues", title="冰箱退货难", text="多人反映不退。")
    assert answer.status_code == 303, main(answer)
    return str(answer.location)


def test_an_issue_is_opened_over_a_cluster_and_is_nobodys_of_another_region(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    disputes = many(db_session, town, 3)
    place = opened(grace, town)
    page = grace.get(place)
    assert [f"/disputes/{one.ref}" in page.text for one in disputes] == [True] * 3
    other = signed_in(new_client, db_session, make_officer(db_session, "330106"))
    assert other.get(place).status_code == 404
    assert "冰箱退货难" not in main(other.get("/bureau/issues"))
    for person in (town.bob, town.alice):
        assert signed_in(new_client, db_session, person).get(place).status_code == 404


def test_what_is_not_filled_in_is_said_beside_its_field_and_nothing_is_lost(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    many(db_session, town, 2)
    place = f"/bureau/issues/new?by=store&of={town.store.id}&city=330100&days=30"
    answer = grace.submit(grace.get(place), "/bureau/issues", title=" ", text="多人反映不退。")
    assert (answer.status_code, "多人反映不退。" in answer.text) == (422, True)
    for query in ("by=store&of=x&city=330100", "by=none&of=1&city=330100", "by=store&of=1&city=330200"):
        assert grace.get(f"/bureau/issues/new?{query}").status_code == 404


def test_a_letter_is_read_by_the_side_it_was_written_to_and_by_no_other(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    dispute = file(db_session, town.store, town.alice)
    place = opened(grace, town)
    form = grace.get(f"{place}?act=letter")
    assert grace.submit(form, "/letters", side="merchant", text="请于三日内书面说明。").status_code == 303
    page = f"/disputes/{dispute.ref}"
    seen = [signed_in(new_client, db_session, one).get(page).text for one in (town.bob, town.alice)]
    assert ["请于三日内书面说明。" in text for text in seen] == [True, False]


def test_what_is_published_can_be_corrected_and_the_earlier_words_stay(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    many(db_session, town, 2)
    place = opened(grace, town)
    public = place.removeprefix("/bureau")
    nobody = new_client()
    assert nobody.get(public).status_code == 404
    form = grace.get(f"{place}?act=publication")
    unfounded = grace.submit(form, "/publications", text="已约谈。", names_merchant="y")
    assert unfounded.status_code == 422
    assert grace.submit(form, "/publications", text="已约谈。").status_code == 303
    again = grace.get(f"{place}?act=publication")
    assert grace.submit(again, "/publications", text="已约谈并限期整改。").status_code == 303
    page = main(nobody.get(public))
    assert ("已约谈并限期整改。" in page, "已约谈。" in page) == (True, True)
    assert (town.merchant.legal_name in page, town.store.name in page) == (False, False)
    assert "冰箱退货难" in main(nobody.get("/issues"))


def test_how_many_others_say_the_same_is_told_in_whole_tens_only(db_session: Session, town: Town) -> None:
    own = file(db_session, town.store, town.alice)
    many(db_session, town, 9)
    assert others_saying_the_same(db_session, own, BEGINNING) == 0
    many(db_session, town, 1)
    assert others_saying_the_same(db_session, own, BEGINNING) == 10
    assert [in_tens(count) for count in (0, 9, 10, 19, 20)] == [0, 0, 10, 10, 20]


def test_members_join_alone_and_a_proposal_for_all_is_accepted_by_each_alone(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    first = file(db_session, town.store, town.alice)
    second, third = many(db_session, town, 2, paid_fen=1_000_00, claim_fen=1_000_00)
    for dispute in (first, second, third):
        viewer = Viewer(id=dispute.consumer_id, kind=PersonKind.CONSUMER)
        escalate(db_session, dispute, viewer, now=BEGINNING)
        accept_for_mediation(db_session, dispute, GRACE, now=BEGINNING)
    place = opened(grace, town)
    form = grace.get(f"{place}?act=invitation")
    assert grace.submit(form, "/groups", note="建议一起处理。").status_code == 303
    alice = signed_in(new_client, db_session, town.alice)
    page = f"/disputes/{first.ref}"
    assert alice.submit(alice.get(page), "/group-memberships").status_code == 303
    join_group(db_session, second, Viewer(id=second.consumer_id, kind=PersonKind.CONSUMER), now=BEGINNING)
    named = alice.submit(
        alice.get(f"{page}?act=representatives"), "/representatives", stands="y", named=first.ref
    )
    assert named.status_code == 303
    bob = signed_in(new_client, db_session, town.bob)
    assert "王*" in main(bob.get(page))
    links = [link.get("href", "") for link in tree(grace.get(place)).iter("a")]
    group = grace.get(next(link for link in links if link.startswith("/bureau/groups/")))
    late = f"{BEGINNING + 9 * DAY:%Y-%m-%d}"
    answer = grace.submit(group, "/proposals", remedy="refund", share="50", perform_by=late)
    assert answer.status_code == 303, main(answer)
    db_session.expire_all()
    assert [one.proposal_n for one in (first, second, third)] == [1, 1, None]
    assert "4,000" in main(alice.get(page))


def test_nobody_joins_uninvited_and_nobody_represents_who_has_not_named(
    new_client: NewClient, db_session: Session, town: Town
) -> None:
    dispute = file(db_session, town.store, town.alice)
    alice = signed_in(new_client, db_session, town.alice)
    page = alice.get(f"/disputes/{dispute.ref}")
    assert "/group-memberships" not in page.text
    token = tree(page).find(".//input[@name='csrf_token']")
    assert token is not None
    fields = {"csrf_token": token.get("value")}
    for act in ("group-memberships", "group-departures", "representatives"):
        assert alice.post(f"/disputes/{dispute.ref}/{act}", data=fields).status_code == 409


def test_the_lists_take_as_many_queries_with_one_row_as_with_three(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    def statements() -> list[int]:
        db_session.commit()
        seen: list[str] = []
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        counts, engine = [], db_session.get_bind()
        sa.event.listen(engine, "before_cursor_execute", note)
        for read in (
            lambda: clusters(db_session, GRACE, 7, BEGINNING + DAY),
            lambda: issues(db_session, GRACE)[0],
            lambda: parts_of(db_session, GRACE, issues(db_session, GRACE)[0][-1].id),
        ):
            assert read()
            counts.append(len(seen))
        sa.event.remove(engine, "before_cursor_execute", note)
        return counts

    many(db_session, town, 6)
    opened(grace, town)
    with_one = statements()
    for _ in range(2):
        many(db_session, town, 3)
        opened(grace, town)
    assert statements() == with_one
