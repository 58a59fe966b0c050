"""`hejie import-calendar` takes a notice in, or says in one sentence why not and changes nothing."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from portal.cli.import_calendar import import_calendar
from portal.core.clock import end_of_day
from portal.disputes.actions.endings import escalate
from portal.regions.calendar import provisional_years
from tests.conftest import SECRET
from tests.makers import file, make_town
from tests.people import ALICE
from tests.regions.notices import NOTICE_2027
from tests.world import Clock


@pytest.fixture
def hejie(
    database_url: str, instance: Path, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[bytes], Result]:
    """Runs the command on a file of these bytes."""
    clock.now = datetime(2027, 1, 29, 2, 0, tzinfo=UTC)
    for name, value in (("DATABASE_URL", database_url), ("INSTANCE", str(instance)), ("SECRET_KEY", SECRET)):
        monkeypatch.setenv(f"HEJIE_{name}", value)

    def run(data: bytes) -> Result:
        place = tmp_path / "notice.csv"
        place.write_bytes(data)
        return CliRunner().invoke(import_calendar, [str(place)])

    return run


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_good_notice_is_taken_and_open_deadlines_move(
    hejie: Callable[[bytes], Result], db_session: Session, encoding: str
) -> None:
    town, began = make_town(db_session), datetime(2027, 1, 28, 2, 0, tzinfo=UTC)
    dispute = file(db_session, town.store, town.alice, now=began)
    escalate(db_session, dispute, ALICE, now=began)
    db_session.commit()
    done = hejie(NOTICE_2027.encode(encoding))
    assert (done.exit_code, done.stdout) == (
        0,
        "The notice for 2027: 23 days off, 4 that work. Open deadlines moved: 1.\n",
    )
    db_session.refresh(dispute)
    assert dispute.acceptance_due_at == end_of_day(date(2027, 2, 14), "Asia/Shanghai")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "There is no day in this notice."),
        (b"2027-01-01,x", "Line 1: write a day"),
        (b"PK\x03\x04", "This is an Excel workbook."),
        (b"PK\x03\x04...word/document.xml", "This is a Word document."),
        (NOTICE_2027.replace("2027-09-15,休,中秋节\n", "").encode(), "2027-09-15 (中秋节) is missing"),
        (b"\x00" * 2_000_000, "This file is larger than 1 MB."),
    ],
)
def test_a_refused_notice_ends_with_1_and_changes_nothing(
    hejie: Callable[[bytes], Result], db_session: Session, data: bytes, sentence: str
) -> None:
    done = hejie(data)
    assert (done.exit_code, done.stderr.startswith(f"Error: {sentence}")) == (1, True)
    assert provisional_years(db_session, [2027]) == [2027]
