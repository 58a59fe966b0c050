"""`hejie verify`: a sound portal agrees with itself, and each tampering is named in a sentence."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.board.recount import recount
from portal.cli.verify import look, report
from portal.core.files import path_of, write_durably
from portal.core.refs import new_id96, spoken
from portal.disputes.actions.performance import confirm_performance
from portal.disputes.actions.talks import post_message
from portal.disputes.models import Dispute, Evidence
from tests.makers import Town, agreed, file, make_town, offered, performed
from tests.people import ALICE, ALICE_ID, BOB
from tests.world import BEGINNING

ROOT = Path(__file__).resolve().parents[2]
LATER = BEGINNING + timedelta(hours=1)
GUARDED = ("dispute_events", "settlements", "offers")
Tamper = Callable[[str], None]


@pytest.fixture
def town(db_session: Session) -> Town:
    return make_town(db_session)


@pytest.fixture
def dispute(db_session: Session, town: Town, evidence: Path) -> Dispute:
    """A dispute with everything in it that can be checked: texts, offers, a settlement, a photo, figures."""
    made = file(db_session, town.store, town.alice)
    photo = _photo(evidence)
    db_session.add(photo)
    post_message(db_session, made, ALICE, text="照片补上了。", now=BEGINNING, photos=[photo])
    offered(db_session, made, BOB, amount_fen=5_000_00, note="先退五千。")
    offered(db_session, made, ALICE)
    agreed(db_session, made, BOB)
    performed(db_session, made)
    confirm_performance(db_session, made, ALICE, now=LATER)
    recount(db_session, LATER)
    db_session.commit()
    return made


@pytest.fixture
def evidence(instance: Path) -> Path:
    folder = instance / "evidence"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def tamper(db_session: Session) -> Tamper:
    """Changes rows behind the portal's back, with the database's own guards taken off."""

    def change(statement: str) -> None:
        if db_session.get_bind().dialect.name == "sqlite":
            names = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in db_session.scalars(names).all():
                db_session.execute(sa.text(f"DROP TRIGGER {name}"))
        else:
            for table in GUARDED:
                db_session.execute(sa.text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        assert db_session.execute(sa.text(statement)).rowcount >= 1  # type: ignore[attr-defined]
        db_session.commit()

    return change


def _photo(folder: Path) -> Evidence:
    return Evidence(
        id=new_id96(),
        owner_id=ALICE_ID,
        file=write_durably(folder, b"a photo", ".jpg"),
        thumb=write_durably(folder, b"its thumbnail", ".jpg"),
        original_sha256="0" * 64,
        width=4,
        height=3,
        added_at=BEGINNING,
    )


def test_a_sound_portal_agrees_with_itself(app: Flask, dispute: Dispute) -> None:
    checked = look(app)
    assert checked.differences == []
    assert checked.counts == {
        "disputes": 1, "events": 7, "statements": 3, "offers": 2, "settlements": 1, "photos": 1, "files": 2,
        "outcomes": 1, "board_cells": 1, "store_counts": 1, "board_distributions": 4, "board_days": 3,
    }  # fmt: skip


def test_an_empty_portal_agrees_with_itself(app: Flask, town: Town) -> None:
    assert look(app).differences == []


@pytest.mark.parametrize(
    ("statement", "sentences"),
    [
        (
            "UPDATE dispute_events SET party = 'merchant' WHERE seq = 2",
            ["event 2 has been changed: its hash does not agree with its content."],
        ),
        (
            "UPDATE dispute_events SET at = '2026-11-23 01:00:00+00' WHERE seq = 7",
            [
                "event 7 has been changed: its hash does not agree with its content.",
                "the time of its last event is not that of its last event.",
            ],
        ),
        (
            "UPDATE dispute_events SET prev_hash = '' WHERE seq = 3",
            [
                "event 3 does not hang on the one before it.",
                "event 3 has been changed: its hash does not agree with its content.",
            ],
        ),
        ("DELETE FROM dispute_events WHERE seq = 2", ["event 2 is missing."]),
        (
            "DELETE FROM dispute_events WHERE seq = 7",
            [
                "it says 7 events, and its chain of 6 ends otherwise.",
                "its state is confirmed; its events say performed.",
            ],
        ),
        ("UPDATE disputes SET state = 'silent'", ["its state is silent; its events say confirmed."]),
        ("UPDATE disputes SET turn = 'merchant'", ["its turn is merchant; its events say nobody."]),
        (
            "UPDATE disputes SET next_due_at = '2026-11-25 00:00:00'",
            ["its next_due_at is 2026-11-25T00:00:00+00:00; its events say 2026-12-10T01:00:00+00:00."],
        ),
        ("UPDATE disputes SET claim_fen = 1", ["its claim_fen is 1; the complaint said 800000."]),
        ("UPDATE statements SET text = '没事了' WHERE seq = 2", ["the text of event 2 has been changed."]),
        ("DELETE FROM statements WHERE seq = 2", ["the text of event 2 is gone."]),
        (
            "UPDATE statements SET seq = 6 WHERE seq = 2",
            ["the text of event 2 is gone.", "event 6 has a text that it does not know of."],
        ),
        ("UPDATE offers SET amount_fen = 1 WHERE n = 1", ["the terms of offer 1 have been changed."]),
        ("DELETE FROM offers WHERE n = 1", ["offer 1 is gone."]),
        (
            "UPDATE settlements SET agreed_at = agreed_at, terms = '{\"amount_fen\": 1}'",
            ["the terms of the settlement (offer 2) have been changed."],
        ),
        ("DELETE FROM settlements", ["the settlement of offer 2 is gone."]),
        (
            "UPDATE evidence SET seq = 1",
            ["the photos of event 1 are not those", "the photos of event 2 are not those"],
        ),
        ("DELETE FROM evidence", ["the photos of event 2 are not those it was sent with."]),
    ],
)
def test_each_tampering_is_named(
    app: Flask, dispute: Dispute, tamper: Tamper, statement: str, sentences: list[str]
) -> None:
    tamper(statement)
    found = [said for said in look(app).differences if said.startswith(f"Dispute {spoken(dispute.ref)}: ")]
    for sentence in sentences:
        assert [said for said in found if sentence in said], f"{sentence!r} is not in {found}"


def test_an_event_that_the_rules_do_not_allow_is_named(app: Flask, dispute: Dispute, tamper: Tamper) -> None:
    tamper("UPDATE dispute_events SET fact = 'offer_withdrawn' WHERE seq = 2")
    sentence = "event 2 (offer_withdrawn by consumer) was not possible as things stood."
    assert f"Dispute {spoken(dispute.ref)}: {sentence}" in look(app).differences


def test_a_lawful_erasure_is_no_difference(app: Flask, dispute: Dispute, tamper: Tamper) -> None:
    tamper("UPDATE statements SET text = '', salt = '', erased_at = '2026-11-24 03:00:00' WHERE seq = 2")
    assert look(app).differences == []


@pytest.mark.parametrize("data", [b"another photo", b""])
def test_a_changed_file_is_named(
    app: Flask, dispute: Dispute, evidence: Path, db_session: Session, data: bytes
) -> None:
    name = db_session.scalars(sa.select(Evidence.file)).one()
    path_of(evidence, name).write_bytes(data)
    assert look(app).differences == [f"The file {name} of the evidence has been changed."]


def test_a_missing_file_is_named(app: Flask, dispute: Dispute, evidence: Path, db_session: Session) -> None:
    name = db_session.scalars(sa.select(Evidence.thumb)).one()
    path_of(evidence, name).unlink()
    assert look(app).differences == [f"The file {name} of the evidence is not there."]


def test_a_wrong_figure_of_the_board_is_named(
    app: Flask, dispute: Dispute, town: Town, tamper: Tamper
) -> None:
    tamper("UPDATE board_cells SET a = 7, f = 1")
    tamper("UPDATE store_counts SET a = 0")
    assert look(app).differences == [
        "board_cells 330102 2026-11 appliances 330100 is wrong: a is 7, not 1, f is 1, not 0.",
        f"store_counts {town.store.id} is wrong: a is 0, not 1.",
    ]


def test_a_figure_that_belongs_to_no_dispute_is_named(app: Flask, dispute: Dispute, tamper: Tamper) -> None:
    tamper("UPDATE board_distributions SET count = 3 WHERE what = 'money_hours'")
    tamper("UPDATE board_outcomes SET trade = 'food'")
    city, ref = dispute.city_code, spoken(dispute.ref)
    assert look(app).differences == [
        f"What the board has of dispute {ref} is wrong: trade is food, not appliances.",
        f"board_cells 330102 2026-11 appliances {city} is wrong: a is 1, not 0, reply_due is 1, not 0, reply_in_time is 1, not 0, performance_due is 1, not 0, performance_in_time is 1, not 0, refunds is 1, not 0, returned_fen is 800000, not 0, asked_fen is 800000, not 0.",  # noqa: E501
        f"board_cells 330102 2026-11 food {city} is wrong: a is 0, not 1, reply_due is 0, not 1, reply_in_time is 0, not 1, performance_due is 0, not 1, performance_in_time is 0, not 1, refunds is 0, not 1, returned_fen is 0, not 800000, asked_fen is 0, not 800000.",  # noqa: E501
        f"board_distributions {city} money_hours 0 is wrong: count is 3, not 1.",
    ]


def test_ranges_leave_nobody_out(
    app: Flask, town: Town, db_session: Session, monkeypatch: pytest.MonkeyPatch, tamper: Tamper
) -> None:
    monkeypatch.setattr("portal.disputes.verification.TOGETHER", 2)
    disputes = [file(db_session, town.store, town.alice) for _ in range(5)]
    db_session.commit()
    tamper("UPDATE disputes SET state = 'silent'")
    found = look(app)
    assert found.counts["disputes"] == 5
    assert found.differences == [
        f"Dispute {spoken(dispute.ref)}: its state is silent; its events say filed." for dispute in disputes
    ]


def test_what_is_wrong_is_told_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    counts = dict.fromkeys(
        (
            "disputes",
            "events",
            "statements",
            "offers",
            "settlements",
            "photos",
            "files",
            "board_cells",
            "store_counts",
        ),
        3,
    )
    with pytest.raises(click.ClickException, match=r"^60 things do not agree\.$"):
        report([f"Difference {number}." for number in range(60)], counts)  # type: ignore[arg-type]
    told = capsys.readouterr()
    assert told.out == (
        "Checked 3 disputes with 3 events, 3 texts, 3 offers, 3 settlements and 3 photos in 3 files; "
        "3 cells of the board and the figures of 3 stores.\n"
    )
    assert told.err.splitlines()[0] == "Difference 0."
    assert told.err.splitlines()[-1] == "… and 10 more."


def test_the_verb_ends_with_one_where_something_is_wrong(
    dispute: Dispute, database_url: str, instance: Path, tamper: Tamper
) -> None:
    good = hejie("verify", database_url, instance)
    assert (good.returncode, good.stdout.splitlines()[-1]) == (0, "Everything agrees.")
    tamper("UPDATE disputes SET claim_fen = 1")
    bad = hejie("verify", database_url, instance)
    assert bad.returncode == 1
    assert bad.stderr.splitlines()[-2:] == [
        f"Dispute {spoken(dispute.ref)}: its claim_fen is 1; the complaint said 800000.",
        "Error: 1 things do not agree.",
    ]


def test_a_new_count_mends_what_was_found(
    dispute: Dispute, database_url: str, instance: Path, tamper: Tamper
) -> None:
    tamper("UPDATE board_cells SET a = 7")
    assert hejie("verify", database_url, instance).returncode == 1
    counted = hejie("recount", database_url, instance)
    assert (counted.returncode, counted.stdout.splitlines()[-1]) == (0, "1 disputes were counted anew.")
    assert hejie("verify", database_url, instance).returncode == 0


def hejie(verb: str, database_url: str, instance: Path) -> subprocess.CompletedProcess[str]:
    """The operator's command, on the test's database."""
    environment = {
        "HEJIE_SECRET_KEY": "a secret of the tests, long enough to be taken",
        "HEJIE_DATABASE_URL": database_url,
        "HEJIE_INSTANCE": str(instance),
    }
    command = [sys.executable, "-m", "portal.cli", verb]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
