"""The desk's list of follow-ups: what is not settled after all, of the officer's own region."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole
from portal.bureau.queries.follow_ups import Counts, counts, follow_ups
from portal.disputes.actions.follow_up import answer_follow_up
from portal.disputes.actions.performance import confirm_performance
from portal.disputes.deadlines import catch_up
from portal.disputes.models import Dispute
from tests.bureau.waiting import DAY, NewClient, main, signed_in, titles, values
from tests.makers import Town, file, make_city, make_merchant, make_officer, make_store, performed
from tests.nag import NaggingClient, tree, words
from tests.people import ALICE, CITY, GRACE
from tests.world import BEGINNING

SECRET = "说好的钱一直没到账。"


def asked(session: Session, town: Town, days: int = 20, **changes: object) -> Dispute:
    """Confirmed so many days ago, and asked about on its day."""
    at = BEGINNING - days * DAY
    dispute = file(session, changes.pop("store", town.store), town.alice, now=at, **changes)
    performed(session, dispute, now=at)
    confirm_performance(session, dispute, ALICE, now=at)
    catch_up(session, dispute.id, BEGINNING)
    assert dispute.follow_up == "asked"
    return dispute


def answered(session: Session, town: Town, kept: str, days: int = 20, **changes: object) -> Dispute:
    dispute = asked(session, town, days, **changes)
    answer_follow_up(session, dispute, ALICE, kept=kept, content=2, note=SECRET, now=BEGINNING)
    return dispute


def test_what_is_not_settled_is_counted_on_the_desk_and_stands_in_the_list(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    for kept in ("yes", "partly", "no"):
        answered(db_session, town, kept, goods=f"冰箱 {kept}")
    asked(db_session, town, goods="冰箱 asked")
    assert values(grace.get("/bureau"))["回访未解决"] == "1"
    page = grace.get("/bureau/follow-ups")
    assert titles(page) == ["冰箱 no"]
    assert (SECRET in main(page), "不满意" in main(page)) == (True, True)
    for answer in ("yes", "partly", "asked"):
        assert titles(grace.get(f"/bureau/follow-ups?answer={answer}")) == [f"冰箱 {answer}"]
    assert len(titles(grace.get("/bureau/follow-ups?answer=all"))) == 4


def test_nothing_of_another_region_is_in_it(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    answered(db_session, town, "no")
    beside = make_store(db_session, town.merchant, district_code="330106")
    answered(db_session, town, "no", store=beside, goods="邻区的冰箱")
    abroad = make_store(db_session, make_merchant(db_session, make_city(db_session, "330200")))
    answered(db_session, town, "no", store=abroad, goods="宁波的冰箱")
    assert titles(grace.get("/bureau/follow-ups")) == ["双门冰箱"]
    for strange in ("330106", "330203", "x", "9" * 40):
        assert titles(grace.get(f"/bureau/follow-ups?district={strange}")) == ["双门冰箱"]
    chief = signed_in(new_client, db_session, make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR))
    assert sorted(titles(chief.get("/bureau/follow-ups"))) == ["双门冰箱", "邻区的冰箱"]
    assert titles(chief.get("/bureau/follow-ups?district=330106")) == ["邻区的冰箱"]


def test_a_supervisor_sees_how_many_were_asked_and_answered_and_an_officer_does_not(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    for kept in ("yes", "yes", "no"):
        answered(db_session, town, kept)
    asked(db_session, town)
    answered(db_session, town, "no", 200)  # too long ago for the counts
    assert counts(db_session, GRACE, BEGINNING) == Counts(asked=4, yes=2, partly=0, no=1)
    chief = signed_in(new_client, db_session, make_officer(db_session, CITY, role=OfficerRole.SUPERVISOR))
    shown = tree(chief.get("/bureau/follow-ups")).findall(".//dl[@class='figures']/div")
    assert [(words(one[0]), words(one[1])) for one in shown] == [
        ("近 90 天已回访", "4"), ("已回复", "3"), ("已解决", "2"), ("未解决", "1"),
    ]  # fmt: skip
    assert "近 90 天回访 4 件，回复 3 件，已解决 2 件。" in main(chief.get("/bureau"))
    assert tree(grace.get("/bureau/follow-ups")).find(".//dl[@class='figures']") is None
    assert "近 90 天回访" not in main(grace.get("/bureau"))


def test_nobody_but_officers_knows_of_the_list(
    new_client: NewClient, db_session: Session, town: Town
) -> None:
    answered(db_session, town, "no")
    assert new_client().get("/bureau/follow-ups").status_code == 303
    for person in (town.alice, town.bob, town.carol):
        assert signed_in(new_client, db_session, person).get("/bureau/follow-ups").status_code == 404


@pytest.mark.parametrize("query", ["answer=x", "after=x", "after=~1", f"after=~{'9' * 40}"])
def test_an_address_that_says_nothing_begins_at_the_beginning(
    query: str, grace: NaggingClient, db_session: Session, town: Town
) -> None:
    answered(db_session, town, "no")
    assert titles(grace.get(f"/bureau/follow-ups?{query}")) == ["双门冰箱"]


def test_its_pages_follow_one_another_with_as_many_queries_for_one_row_as_for_three(
    db_session: Session, town: Town
) -> None:
    made = [answered(db_session, town, "no", days).ref for days in (40, 30, 30, 20)]
    seen: list[str] = []
    note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
    sa.event.listen(db_session.get_bind(), "before_cursor_execute", note)
    refs, after, numbers = [], "", []
    for size in (1, 3):
        before = len(seen)
        rows, after = follow_ups(db_session, GRACE, answer="no", after=after, size=size)
        refs += [row.ref for row in rows]
        numbers.append(len(seen) - before)
    sa.event.remove(db_session.get_bind(), "before_cursor_execute", note)
    assert (refs, after, numbers) == (made[::-1], "", [1, 1])


def test_an_index_serves_the_counts_and_the_list(db_session: Session, town: Town) -> None:
    answered(db_session, town, "no")
    seen: list[tuple[str, object]] = []
    note = lambda conn, cursor, statement, values, *rest: seen.append((statement, values))  # noqa: E731
    engine = db_session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    counts(db_session, GRACE, BEGINNING)
    follow_ups(db_session, GRACE, answer="no", after=f"{(BEGINNING + timedelta(days=1)).isoformat()}~9")
    sa.event.remove(engine, "before_cursor_execute", note)
    sqlite = engine.dialect.name == "sqlite"
    cursor = db_session.connection().connection.cursor()
    if not sqlite:  # one row alone would never be worth an index
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    for statement, parameters in seen:
        cursor.execute(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + statement, parameters)
        plan = " ".join(str(line[-1]) for line in cursor.fetchall())
        assert "ix_disputes_followed_district" in plan, plan
