"""How a statutory day was counted: the same words for the consumer, the shop and the officer."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.bureau.queries.queue import Filters, queue
from portal.core.working_days import Counted, count_working_days
from portal.disputes.actions.mediation import end_testing
from portal.disputes.views.counting import explained
from portal.regions.calendar import library_year
from tests.bureau.waiting import DAY, NewClient, handed_over, in_testing, mediated, signed_in
from tests.makers import Town
from tests.nag import NaggingClient, tree, words
from tests.people import GRACE
from tests.world import BEGINNING


def said(app: Flask, counted: Counted, *provisional: int, language: str = "zh_CN") -> list[str]:
    with app.test_request_context(headers={"Cookie": f"lang={language}"}):
        found = explained(counted, provisional)
        return [found.due, found.rule, found.skipped, found.worked, found.provisional]


# domain.md's vectors for seven working days.
@pytest.mark.parametrize(
    ("start", "due", "skipped", "worked"),
    [
        (
            date(2026, 2, 12),
            "2月28日 周六",
            "跳过：2月15日至2月23日（春节）",
            "其中调休上班：2月14日 周六、2月28日 周六",
        ),
        (
            date(2026, 4, 28),
            "5月11日 周一",
            "跳过：5月1日至5月5日（劳动节）；5月10日（周末）",
            "其中调休上班：5月9日 周六",
        ),
        (
            date(2026, 9, 28),
            "10月13日 周二",
            "跳过：10月1日至10月7日（国庆节）；10月11日（周末）",
            "其中调休上班：10月10日 周六",
        ),
    ],
)  # fmt: skip
def test_each_vector_explains_itself(app: Flask, start: date, due: str, skipped: str, worked: str) -> None:
    counted = count_working_days(start, 7, library_year(2026))
    rule = f"7 个工作日，自{start.month}月{start.day}日的次日起算"
    assert said(app, counted) == [due, rule, skipped, worked, ""]


def test_in_english_and_with_a_year_that_is_provisional(app: Flask) -> None:
    counted = count_working_days(date(2026, 2, 12), 7, library_year(2026))
    assert said(app, counted, 2027, language="en") == [
        "Sat 28 Feb",
        "7 working days, counted from the day after 12 Feb",
        "Skipped: 15 Feb to 23 Feb (Spring Festival)",
        "Worked in exchange: Sat 14 Feb, Sat 28 Feb",
        "The holidays of 2027 have not been announced yet; once they are, this day may move.",
    ]


def counted_on(client: NaggingClient, ref: str) -> list[str]:
    part = tree(client.get(f"/disputes/{ref}")).find(".//details[@id='counted']")
    return [] if part is None else [words(line) for line in part.iter("li")]


def test_all_three_read_how_the_day_of_acceptance_is_counted(
    grace: NaggingClient, new_client: NewClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    readers = [grace, *(signed_in(new_client, db_session, person) for person in (town.alice, town.bob))]
    assert [counted_on(reader, dispute.ref) for reader in readers] == [
        ["7 个工作日，自11月24日的次日起算", "跳过：11月28日至11月29日（周末）"]
    ] * 3


def test_the_mediation_counts_calendar_days_without_those_of_the_test(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    plain = mediated(db_session, town)
    still = in_testing(db_session, town)
    done = in_testing(db_session, town)
    end_testing(db_session, done, GRACE, note="压缩机有缺陷。", now=BEGINNING + 3 * DAY)
    rule = "60 日，自11月24日的次日起算"
    assert counted_on(grace, plain.ref) == [rule]
    assert counted_on(grace, still.ref) == []
    assert counted_on(grace, done.ref) == [rule, "检测的 3 天不计入"]


def test_a_day_is_explained_by_the_rule_that_held_when_it_began(
    grace: NaggingClient, db_session: Session, town: Town
) -> None:
    dispute = handed_over(db_session, town)
    before = counted_on(grace, dispute.ref)
    town.city.clocks = {"acceptance": {"amount": 5, "unit": "working_days"}}
    db_session.flush()
    assert "7 个工作日" in before[0]
    assert counted_on(grace, dispute.ref) == before


def test_an_index_serves_the_queue(db_session: Session, town: Town) -> None:
    handed_over(db_session, town)
    seen: list[tuple[str, object]] = []
    note = lambda conn, cursor, statement, values, *rest: seen.append((statement, values))  # noqa: E731
    engine = db_session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    queue(db_session, GRACE, Filters(), after="2026-11-24T00:00:00+00:00~1")
    sa.event.remove(engine, "before_cursor_execute", note)
    sqlite = engine.dialect.name == "sqlite"
    cursor = db_session.connection().connection.cursor()
    if not sqlite:  # one row alone would never be worth an index
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
    cursor.execute(("EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN ") + seen[0][0], seen[0][1])
    plan = " ".join(str(line[-1]) for line in cursor.fetchall())
    assert ("ix_disputes_queue" in plan, "TEMP B-TREE" in plan, "Sort" in plan) == (True, False, False)
