"""`python3 -m portal bench desk`: the officers' pages with 1,000 disputes and with 100,000, side by side.

The first thousand are lived through by `hejie simulate`; the rest are copies of them with other references
and shifted dates, written in bulk. What is timed is the whole answer: queries, words and page; of several
the quickest, since what else the machine does only ever adds. Ratios within one run hold; the figures do not.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from benchmarks.copies import fill
from benchmarks.flows import environment
from portal.accounts.models import OfficerPost, OfficerRole, Person
from portal.accounts.people import viewer_of
from portal.app import create_app
from portal.bureau.queries.queue import Filters, place_of, queue
from portal.config import ROOT
from portal.core.clock import now
from portal.core.sqlite import prepare_sqlite
from portal.disputes.words import DisputeWords
from portal.extensions import db
from tests.makers import sign_in
from tests.postgres import running_postgres

BASE = 1_000
RARE, FREQUENT = "榫卯", "退款"
SCANS = ("SCAN disputes", "SCAN dispute_words", "Seq Scan on disputes", "Seq Scan on dispute_words")
Table = dict[str, float]
QUEUE = {  # what the queue is narrowed to
    "first page": "",
    "far down": "after={after}",
    "district": "district={district}",
    "trade": "trade={trade}",
    "to be accepted": "stage=waiting",
    "in mediation": "stage=mediating",
    "in testing": "stage=testing",
    "mine": "officer=mine",
    "nobody's": "officer=none",
    "overdue": "urgency=overdue",
    "soon": "urgency=soon",
}


def main(*, disputes: int, times: int, out: Path) -> None:
    """Measure both databases; print a table and write `out` as JSON."""
    found: dict[str, dict[str, Table]] = {}
    with tempfile.TemporaryDirectory(prefix="hb-") as folder:
        place = Path(folder)
        (place / "s").mkdir()
        found["SQLite"] = measure(place / "s", f"sqlite:///{place}/s/h.sqlite", disputes, times)
        with running_postgres(durable=True) as url:
            (place / "p").mkdir()
            found["PostgreSQL"] = measure(place / "p", url, disputes, times)
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    print(f"\nWritten to {out}")


def measure(place: Path, url: str, disputes: int, times: int) -> dict[str, Table]:
    """Fill one database, time its pages, fill it up, time them again."""
    settings = environment(place, url)
    for verb in (["migrate"], ["demo"], ["simulate", "--disputes", str(BASE), "--seed", "1"]):
        subprocess.run(
            [sys.executable, "-m", "portal.cli", *verb],
            env=settings,
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    engine = engine_of(url)
    mark_one(engine)
    engine.dispose()
    few_url = copied_database(url)
    secret = settings["HEJIE_SECRET_KEY"]
    apps = [
        create_app({"DATABASE_URL": one, "INSTANCE": place, "DEMO": True, "SECRET_KEY": secret})
        for one in (few_url, url)
    ]
    began = time.perf_counter()
    fill(engine, disputes)
    print(f"\n{engine.dialect.name}: {disputes:,} disputes in {time.perf_counter() - began:.0f} s")
    few, many = timed(apps, [engine_of(few_url), engine], times)
    for name, seconds in many.items():
        print(f"{name:34}{few[name] * 1000:9.1f} ms{seconds * 1000:9.1f} ms{seconds / few[name]:8.2f} x")
    for name, plan in scans(apps[1], engine).items():
        print(f"reads a whole table: {name}: {plan}")
    engine.dispose()
    for app in apps:
        with app.app_context():
            db.engine.dispose()
    return {"few": few, "many": many}


def engine_of(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    return engine


def copied_database(url: str) -> str:
    """The same database once more, to stay as it is; gives its address."""
    if url.startswith("sqlite"):
        place = url.removeprefix("sqlite:///")
        with sqlite3.connect(place) as source, sqlite3.connect(f"{place}-few") as target:
            source.backup(target)
        return f"{url}-few"
    server = url.replace("/postgres?", "/template1?")
    with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE few TEMPLATE postgres")
    return url.replace("/postgres?", "/few?")


def mark_one(engine: sa.Engine) -> None:
    """Let one dispute have a word that no other one has."""
    with Session(engine) as session:
        first = sa.select(sa.func.min(DisputeWords.id)).scalar_subquery()
        session.execute(
            sa.update(DisputeWords)
            .where(DisputeWords.id == first)
            .values(text=DisputeWords.text + " " + " ".join(RARE)),
            execution_options={"synchronize_session": False},
        )
        session.commit()


# Timing


def timed(apps: list[Flask], engines: list[sa.Engine], times: int) -> list[Table]:
    """The quickest answer of each page of each portal, in seconds; they are asked in turn."""
    found: list[Table] = [{} for _ in apps]
    asked = [pages(app, engine) for app, engine in zip(apps, engines, strict=True)]
    for name in asked[0]:
        took: list[list[float]] = [[] for _ in apps]
        for _ in range(times + 1):
            for number, of_portal in enumerate(asked):
                client, address = of_portal[name]
                began = time.perf_counter()
                answer = client.get(address)
                took[number].append(time.perf_counter() - began)
                assert answer.status_code in (200, 303), (name, answer.status_code)
        for number, seconds in enumerate(took):
            found[number][name] = min(seconds)
    return found


def pages(app: Flask, engine: sa.Engine) -> dict[str, tuple[FlaskClient, str]]:
    """What officers open all day, by name: the browser of whom, and the address."""
    with Session(engine) as session:
        chief = a_post(session, OfficerRole.SUPERVISOR)
        officer = a_post(session, OfficerRole.OFFICER)
        clients = {}
        for post in (chief, officer):
            clients[post.person_id] = app.test_client()
            sign_in(clients[post.person_id], session, session.get_one(Person, post.person_id), now=now())
        session.commit()
        viewer = viewer_of(session, chief.person_id)
        assert viewer is not None
        rows, _ = queue(session, viewer, Filters(), size=1_000_000)
        deep, middle = rows[len(rows) * 4 // 5], rows[len(rows) // 2]
        after = place_of(deep.statutory_due_at, deep.id).replace("+", "%2B")
        own_filters = {"after": after, "trade": middle.trade, "district": middle.district_code}
        boss, own = clients[chief.person_id], clients[officer.person_id]
    return {
        "front page, officer": (own, "/bureau"),
        "front page, supervisor": (boss, "/bureau"),
        **{
            f"queue: {name}": (boss, f"/bureau/disputes?{asked.format(**own_filters)}")
            for name, asked in QUEUE.items()
        },
        "queue of a district": (own, "/bureau/disputes"),
        "next dispute": (boss, f"/bureau/disputes/next?after={middle.ref}"),
        "the dispute": (boss, f"/disputes/{middle.ref}"),
        "all disputes": (boss, "/disputes"),
        "search: rare": (boss, f"/bureau/search?q={RARE}"),
        "search: frequent": (boss, f"/bureau/search?q={FREQUENT}"),
        "search: two words": (boss, f"/bureau/search?q={FREQUENT}+{RARE}"),
        "search: none": (boss, "/bureau/search?q=鬯鬯"),
        "counter": (boss, "/bureau/counter?all=1"),
        "reports": (boss, "/bureau/reports"),
        "more than usual": (boss, "/bureau/clusters"),
        "issues": (boss, "/bureau/issues"),
    }


def a_post(session: Session, role: OfficerRole) -> OfficerPost:
    wanted = sa.select(OfficerPost).where(OfficerPost.role == role).order_by(OfficerPost.region_code)
    return session.scalars(wanted.limit(1)).one()


def scans(app: Flask, engine: sa.Engine) -> dict[str, str]:
    """The pages of which a query reads all disputes or all words: by the database's own plan."""
    found, asked = {}, []

    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().upper().startswith("SELECT"):
            asked.append((statement, parameters))

    explain: Callable[[str], str] = lambda sql: (  # noqa: E731
        f"EXPLAIN QUERY PLAN {sql}" if engine.dialect.name == "sqlite" else f"EXPLAIN {sql}"
    )
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", keep)
    for name, (client, address) in pages(app, engine).items():
        asked.clear()
        client.get(address)
        with engine.connect() as connection:
            for statement, parameters in asked[:]:
                rows = connection.exec_driver_sql(explain(statement), parameters).all()
                plan = " / ".join(str(row[-1]).strip() for row in rows)
                if any(scan in plan and f"{scan} USING" not in plan for scan in SCANS):
                    found[name] = plan[:300]
    return found
