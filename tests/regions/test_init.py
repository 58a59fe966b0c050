"""`hejie init` as an operator runs it: with options, with questions, twice, and with nonsense."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerPost, Person
from portal.accounts.passwords import matches
from portal.regions.clocks import Clock, Span, Unit
from portal.regions.models import City

ROOT = Path(__file__).resolve().parents[2]
ALL = {
    "--region": "330100",
    "--bureau-zh": "杭州市市场监督管理局",
    "--bureau-en": "Hangzhou Administration for Market Regulation",
    "--clock": "reply=72h",
    "--supervisor": "grace",
    "--supervisor-name": "葛蕾丝",
}


@pytest.fixture
def environment(database_url: str, instance: Path) -> dict[str, str]:
    settings = {
        "HEJIE_DATABASE_URL": database_url,
        "HEJIE_INSTANCE": str(instance),
        "HEJIE_SECRET_KEY": "a secret of the tests, long enough to be taken",
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("HEJIE_")} | settings


def init(environment: dict[str, str], options: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = [word for option in options.items() for word in option]
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", "init", *words],
        cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


def made_password(output: str) -> str:
    return output.rpartition("password ")[2].partition(" ")[0]


def test_options_alone_set_up_a_city_with_its_supervisor(
    environment: dict[str, str], db_session: Session
) -> None:
    done = init(environment, ALL)
    assert (done.returncode, done.stderr) == (0, "")
    city = db_session.get_one(City, "330100")
    assert (city.bureau_zh, city.hotline) == (ALL["--bureau-zh"], "12315")
    assert city.span(Clock.REPLY) == Span(72, Unit.HOURS)
    grace = db_session.scalars(sa.select(Person)).one()
    assert (grace.username, grace.kind, grace.display_name) == ("grace", "officer", "葛蕾丝")
    assert (grace.post.region_code, grace.post.role) == ("330100", "supervisor")
    assert matches(grace.password_hash, made_password(done.stdout))


def test_a_second_time_keeps_everything_and_changes_what_it_is_told(
    environment: dict[str, str], db_session: Session
) -> None:
    password = made_password(init(environment, ALL).stdout)
    again = init(environment, {"--region": "330100", "--hotline": "0571-12315"})
    assert (again.returncode, made_password(again.stdout)) == (0, "stays.\n")
    city = db_session.get_one(City, "330100")
    assert (city.bureau_zh, city.hotline) == (ALL["--bureau-zh"], "0571-12315")
    assert city.span(Clock.REPLY) == Span(72, Unit.HOURS)
    db_session.rollback()
    same = init(environment, ALL)
    assert same.stdout.endswith("Supervisor: there already; the password stays.\n")
    assert matches(db_session.scalars(sa.select(Person)).one().password_hash, password)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"--region": "330102"},
            "--region: A city has six digits of GB/T 2260, the last two 00, such as 330100.",
        ),
        ({"--region": "620100"}, "--name-zh: The portal's list does not know 620100: name the city."),
        ({"--district": "620102"}, "--district: write CODE=CHINESE=ENGLISH."),
        ({"--clock": "reply=soon"}, "--clock: “soon” is no span of time: write 72h, 10d or 7w."),
        ({"--clock": "reply=20d"}, "--clock: The reply must be due before the negotiation ends."),
        (
            {"--orders-within-days": "5000"},
            "--orders-within-days: Orders may be 1 to 1095 days old: no law covers more.",
        ),
        (
            {"--supervisor": "g"},
            (
                "--supervisor: A user name has 3 to 40 letters, digits, dots or hyphens, "
                "a letter or digit first."
            ),
        ),
    ],
)
def test_nonsense_is_refused_in_one_sentence_and_nothing_is_kept(
    environment: dict[str, str], db_session: Session, changed: dict[str, str], sentence: str
) -> None:
    done = init(environment, ALL | changed)
    assert (done.returncode, done.stderr) == (1, f"Error: {sentence}\n")
    assert db_session.scalars(sa.select(City)).all() == []
    assert db_session.scalars(sa.select(OfficerPost)).all() == []


def test_what_nobody_is_there_to_answer_is_named(environment: dict[str, str]) -> None:
    done = init(environment, {"--region": "330100", "--bureau-zh": "杭州市市场监督管理局"})
    assert (done.returncode, done.stderr) == (1, "Error: --bureau-en is missing.\n")


def test_questions_are_asked_where_somebody_sits(environment: dict[str, str], db_session: Session) -> None:
    answers = {
        "GB/T 2260 code of the city: ": "330100",
        "in Chinese: ": ALL["--bureau-zh"],
        "in English: ": ALL["--bureau-en"],
        "shown on every page [12315]: ": "",
        "(empty: none) []: ": "",
        "How many days old an order may be [1095]: ": "365",
        "User name of the first supervisor: ": "grace",
        "as colleagues see it: ": "葛蕾丝",
        "Password (empty: one is made): ": "lotus river 42 stone",
    }
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "portal.cli", "init"],
        cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    ) as asked:  # fmt: skip
        os.close(theirs)
        seen = ""
        for question, answer in answers.items():
            seen += heard(ours, question)
            os.write(ours, f"{answer}\n".encode())
        seen += heard(ours, "Supervisor: grace.")
    os.close(ours)
    assert asked.returncode == 0
    assert "lotus river" not in seen
    assert db_session.get_one(City, "330100").orders_within_days == 365
    assert matches(db_session.scalars(sa.select(Person)).one().password_hash, "lotus river 42 stone")


def heard(terminal: int, end: str) -> str:
    """What the terminal shows until a question ends so."""
    said = b""
    while not said.decode(errors="ignore").endswith(end):
        said += os.read(terminal, 1)
    return said.decode()
