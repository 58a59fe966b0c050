"""The calendar of working days: the notices' days, provisional years, and what a new notice moves."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from portal.core.clock import end_of_day
from portal.core.csv_text import text_of
from portal.core.errors import RuleBroken
from portal.core.working_days import Mark
from portal.disputes.actions.endings import escalate
from portal.disputes.deadlines import catch_up, recompute_deadlines
from portal.disputes.models import Dispute, DisputeEvent
from portal.disputes.workflow import Fact
from portal.regions.calendar import count_days, import_notice, library_year, provisional_years, read_notice
from portal.regions.calendar_year import changes, marks_of, notice_of, year_of
from tests.makers import file, make_merchant, make_store, make_town
from tests.people import ALICE
from tests.regions.notices import NOTICE_2027

ZONE = "Asia/Shanghai"
JANUARY = datetime(2027, 1, 28, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "due"),
    [("2026-02-12", "2026-02-28"), ("2026-04-28", "2026-05-11"), ("2026-09-28", "2026-10-13")],
)
def test_seven_working_days_of_2026_are_counted_as_the_notice_has_them(
    db_session: Session, start: str, due: str
) -> None:
    assert count_days(db_session, date.fromisoformat(start), 7).due == date.fromisoformat(due)


def test_a_year_without_a_notice_is_provisional_and_has_its_statutory_days(db_session: Session) -> None:
    assert provisional_years(db_session, [2026, 2027, 2040, 2150]) == [2027, 2040, 2150]
    counted = count_days(db_session, date(2026, 12, 30), 2)
    assert (counted.due, [day for day, _ in counted.skipped]) == (
        date(2027, 1, 4),
        [date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3)],
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.dates(), days=st.integers(-1, 3_000))
def test_no_date_breaks_the_count(db_session: Session, start: date, days: int) -> None:
    assert count_days(db_session, start, days).due >= start


@pytest.mark.parametrize("start", [date.min, date(1999, 12, 31), date(2099, 12, 30), date.max])
def test_the_ends_of_the_calendar_break_no_count(db_session: Session, start: date) -> None:
    assert count_days(db_session, start, 7).due >= start
    assert provisional_years(db_session, [start.year]) in ([start.year], [])


def test_an_imported_notice_takes_the_place_of_what_was_known(db_session: Session) -> None:
    marks = read_notice(NOTICE_2027)
    assert import_notice(db_session, marks, by=None, now=JANUARY) == 2027
    assert provisional_years(db_session, [2027]) == []
    assert marks_of(db_session, 2027) == marks
    assert count_days(db_session, date(2027, 2, 4), 2).due == date(2027, 2, 14)


def test_the_same_notice_again_changes_nothing(db_session: Session) -> None:
    marks = read_notice(NOTICE_2027)
    before = changes(db_session, 2027, marks)
    assert [change.day.isoformat() for change in before] == [
        "2027-02-11", "2027-02-14", "2027-05-05", "2027-05-08", "2027-09-26", "2027-10-06", "2027-10-07",
        "2027-10-09",
    ]  # fmt: skip
    for _ in range(2):
        import_notice(db_session, marks, by=None, now=JANUARY)
    assert changes(db_session, 2027, marks) == []
    assert read_notice(notice_of(marks)) == marks


def test_a_year_on_the_page_has_its_holidays_with_the_weekends_beside_them(db_session: Session) -> None:
    year = year_of(db_session, 2026)
    shown = {one.name: (one.first.isoformat(), one.last.isoformat(), one.days) for one in year.holidays}
    assert shown["农历除夕"] == ("2026-02-15", "2026-02-23", 9)
    assert [day.isoformat() for day in year.worked] == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip
    assert [len(year.months), year.months[1][0][6]] == [12, date(2026, 2, 1)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("sign", [",", "\t", "，"])
def test_a_file_is_read_as_offices_write_it(encoding: str, sign: str) -> None:
    data = NOTICE_2027.replace(",", sign).replace("\n", "\r\n").encode(encoding)
    assert read_notice(text_of(data)) == read_notice(NOTICE_2027)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "There is no day in this notice."),
        ("日期,安排\n", "There is no day in this notice."),
        ("2027-01-01,休\n2027-01-01,班", "Line 2: 2027-01-01 stands here twice."),
        ("2027-01-01,休\n\n2027-02-30,休", "Line 3: write a day, 休 or 班, and the holiday's name."),
        ("2027-01-01,也许", "Line 1: write a day, 休 or 班, and the holiday's name."),
        (
            NOTICE_2027.replace("2027-06-09,休,端午节\n", ""),
            "2027-06-09 (端午节) is missing: a notice has every",
        ),
        (
            NOTICE_2027.replace("2027-06-09,休", "2027-06-09,班"),
            "2027-06-09 (端午节) is missing: a notice has",
        ),
        ("2027-01-01,休\n" * 401, "A notice has at most 400 lines."),
    ],
)
def test_a_bad_notice_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        read_notice(text)
    assert (refused.value.field, str(refused.value)[: len(sentence)]) == ("notice", sentence)


def test_a_notice_sets_its_own_days_in_lieu() -> None:
    assert library_year(2027)[date(2027, 5, 4)].name.endswith("（补假）")
    lines = [line for line in NOTICE_2027.splitlines() if not line.startswith("2027-05-04")]
    assert date(2027, 5, 4) not in read_notice("\n".join(lines))


@given(st.text(max_size=300))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        marks = read_notice(text)
    except RuleBroken:
        return
    assert all(isinstance(mark, Mark) for mark in marks.values())


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    try:
        text = text_of(data)
    except RuleBroken:
        return
    assert "\0" not in text


def handed_over(session: Session, at: datetime) -> Dispute:
    town = make_town(session)
    dispute = file(session, town.store, town.alice, now=at)
    escalate(session, dispute, ALICE, now=at)
    return dispute


def test_a_notice_moves_an_open_deadline_and_the_dispute_says_so(db_session: Session) -> None:
    dispute = handed_over(db_session, JANUARY)
    assert dispute.acceptance_due_at == end_of_day(date(2027, 2, 12), ZONE)
    import_notice(db_session, read_notice(NOTICE_2027), by=None, now=JANUARY)
    assert recompute_deadlines(db_session, JANUARY + timedelta(days=1)) == 1
    later = end_of_day(date(2027, 2, 14), ZONE)
    assert (dispute.acceptance_due_at, dispute.statutory_due_at, dispute.next_due_at) == (later,) * 3
    event = db_session.get_one(DisputeEvent, (dispute.id, dispute.last_seq))
    assert (event.fact, event.details["acceptance_due_at"]) == (Fact.DEADLINE_RECOMPUTED, later.isoformat())
    assert recompute_deadlines(db_session, JANUARY + timedelta(days=2)) == 0


def test_a_deadline_that_moves_on_is_late_no_longer(db_session: Session) -> None:
    dispute = handed_over(db_session, JANUARY)
    after = datetime(2027, 2, 13, 2, 0, tzinfo=UTC)
    catch_up(db_session, dispute.id, after)
    assert dispute.acceptance_late
    import_notice(db_session, read_notice(NOTICE_2027), by=None, now=after)
    recompute_deadlines(db_session, after)
    assert (dispute.acceptance_late, dispute.next_due_at) == (False, end_of_day(date(2027, 2, 14), ZONE))
    catch_up(db_session, dispute.id, datetime(2027, 2, 15, 2, 0, tzinfo=UTC))
    assert dispute.acceptance_late


def test_counting_again_reads_as_much_for_three_disputes_as_for_one(db_session: Session) -> None:
    town = make_town(db_session)

    def statements() -> int:
        db_session.flush()
        seen: list[str] = []
        note = lambda conn, cursor, statement, *rest: seen.append(statement)  # noqa: E731
        sa.event.listen(db_session.get_bind(), "before_cursor_execute", note)
        recompute_deadlines(db_session, JANUARY)
        sa.event.remove(db_session.get_bind(), "before_cursor_execute", note)
        return sum("dispute_events" in statement for statement in seen)

    for _ in range(3):
        store = make_store(db_session, make_merchant(db_session))
        dispute = file(db_session, store, town.alice, now=JANUARY)
        escalate(db_session, dispute, ALICE, now=JANUARY)
    assert statements() == 1
