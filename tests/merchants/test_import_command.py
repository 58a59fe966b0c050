"""`hejie import-stores` says what became of every line, and a list that was mended can be sent again."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from portal.cli.import_stores import import_stores
from portal.merchants.models import Store
from tests.conftest import SECRET
from tests.makers import make_city
from tests.merchants.lists import CHUNLAI, GLACIER, STALL, row, sheet, write


@pytest.fixture
def hejie(
    database_url: str, instance: Path, db_session: Session, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Runs the command against the test's database, which has one city."""
    make_city(db_session)
    db_session.commit()
    for name, value in (("DATABASE_URL", database_url), ("INSTANCE", str(instance)), ("SECRET_KEY", SECRET)):
        monkeypatch.setenv(f"HEJIE_{name}", value)
    return lambda *arguments: CliRunner().invoke(import_stores, [str(argument) for argument in arguments])


def test_a_good_list_ends_with_0_and_one_sentence(hejie: Callable[..., Result], tmp_path: Path) -> None:
    done = hejie(write(tmp_path, sheet(GLACIER, CHUNLAI, STALL)))
    assert done.exit_code == 0
    assert done.stdout.startswith("3 stores added, 0 changed, 0 unchanged, 0 lines not taken, in ")


def test_bad_lines_are_told_with_number_and_reason_and_end_with_3(
    hejie: Callable[..., Result], db_session: Session, tmp_path: Path
) -> None:
    done = hejie(write(tmp_path, sheet(GLACIER, row(region_code="330203"), CHUNLAI)))
    assert done.exit_code == 3
    assert "Line 3: The region 330203 is in no city that is set up here." in done.stderr
    assert done.stdout.startswith("2 stores added, 0 changed, 0 unchanged, 1 lines not taken")
    assert db_session.scalar(sa.select(sa.func.count()).select_from(Store)) == 2


def test_changes_are_told_by_column(hejie: Callable[..., Result], tmp_path: Path) -> None:
    hejie(write(tmp_path, sheet(GLACIER)))
    done = hejie(write(tmp_path, sheet(row(phone="12315", legal_name="杭州北极电器有限公司"))))
    assert done.stdout.startswith("0 stores added, 1 changed (phone 1, name 1), 0 unchanged")


def test_rejects_can_be_mended_and_sent_again(
    hejie: Callable[..., Result], db_session: Session, tmp_path: Path
) -> None:
    bad = [row(store_name=f"店{n}", region_code="000000", address="-2楼") for n in range(30)]
    rejects = tmp_path / "rejects.csv"
    done = hejie(write(tmp_path, sheet(*bad)), "--rejects", rejects)
    assert done.stderr.count("Line ") == 20
    assert f"… and 10 more lines: all of them are in {rejects}." in done.stderr
    text = rejects.read_text("utf-8-sig")
    assert text.splitlines()[1] == (
        '"2","区划 000000 不在本系统已开通的城市之内。","91330100799655058B","杭州冰川电器有限公司",'
        '"店0","家用电器","000000","\'-2楼","0571-88001234"'
    )
    mended = hejie(write(tmp_path, text.replace('"000000"', '"330102"')), "--rejects", rejects)
    assert (mended.exit_code, mended.stdout[:16]) == (0, "30 stores added,")
    assert set(db_session.scalars(sa.select(Store.address))) == {"-2楼"}
    assert len(rejects.read_text("utf-8-sig").splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "Error: The file is empty."),
        ("店名\nx\n", "Error: The first line names no column “经营主体名称” (or “legal_name”)."),
    ],
)
def test_a_file_of_no_use_ends_with_1_and_one_sentence(
    hejie: Callable[..., Result], tmp_path: Path, content: str, sentence: str
) -> None:
    done = hejie(write(tmp_path, content))
    assert (done.exit_code, done.stderr.strip().splitlines()[-1]) == (1, sentence)


def test_a_database_that_is_not_migrated_is_told_so(
    hejie: Callable[..., Result], instance: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEJIE_DATABASE_URL", f"sqlite:///{tmp_path}/empty.sqlite")
    done = hejie(write(tmp_path, sheet(GLACIER)))
    assert done.exit_code == 1
    assert done.stderr.strip().splitlines()[-1].endswith("no such table: cities. Is it migrated?")
