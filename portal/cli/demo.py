"""`hejie demo`, `simulate` and `people`: a fictional city, disputes of a year in it, and who lives there."""

import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from portal.cli.simulation.photos import Album
    from portal.cli.simulation.shops import Town
    from portal.cli.simulation.year import Course
    from portal.front.demo_people import ShownPerson

DISPUTES = 200
SEED = 7
BEFORE = timedelta(days=400)  # how long ago the demo's shops opened
JUST_NOW = timedelta(minutes=3)
WORKER_ALIVE = timedelta(minutes=1)
FEATURED = {
    "yonghe-zhonglou": 22.0,
    "yonghe-minghu": 8.0,
    "yonghe-gangqian": 5.0,
    "wangchao": 8.0,
    "xiaomei": 1.5,
}


@click.command()
def demo() -> None:
    """Fill an empty database with two fictional cities, their shops, people and disputes of a year."""
    from portal.app import create_app
    from portal.core.clock import now

    app = create_app()
    with app.app_context(), writer() as session:
        if not is_empty(session):
            click.echo("The database is not empty, so the demo city is left out.")
            return
        fill(app, session, now())
    click.echo("The demo city is there.")


@click.command()
@click.option("--disputes", type=click.IntRange(1, 1_000_000), default=1_000, show_default=True)
@click.option(
    "--seed", type=int, default=SEED, show_default=True, help="The same seed gives the same disputes."
)
def simulate(disputes: int, seed: int) -> None:
    """Add disputes of a year at the stores that are there, through the portal's own actions."""
    from portal.app import create_app
    from portal.cli.simulation.shops import town_of
    from portal.cli.simulation.year import LENGTH
    from portal.core.clock import now

    app = create_app()
    with app.app_context(), writer() as session:
        at = now()
        refuse_beside_a_worker(session, at)
        try:
            rng = Random(seed)  # noqa: S311 - no secret
            town = town_of(session, album_of(app, session), rng, disputes, since=at - LENGTH)
        except LookupError:
            raise click.ClickException(
                "There are no stores yet: run `hejie demo` or `hejie import-stores`."
            ) from None
        play(town, disputes, seed, at)
    click.echo(f"{disputes} disputes of a year were added.")


@click.command()
def people() -> None:
    """Print who can sign in to the demo, and how."""
    from portal.app import create_app
    from portal.front.demo_people import kept_people

    listed = kept_people(create_app().config["INSTANCE"])
    if not listed:
        click.echo("There are no demo people: the database was not filled by `hejie demo`.")
        return
    for person in listed:
        click.echo(described(person))


def described(person: "ShownPerson") -> str:
    """One person in two lines: who, and how to sign in."""
    if person.username:
        how = f"/sign-in  {person.username}  {person.password}"
    else:
        how = f"/sign-in/phone  {person.phone}  (the code is on /demo/messages)"
    codes = "".join(f"  /stores/{code}" for code in person.store_codes)
    return f"{person.name} · {person.role_zh} · {person.note_zh}\n    {how}{codes}"


def fill(app: Flask, session: Session, now: datetime, *, disputes: int = DISPUTES) -> None:
    """Found the cities and let a year pass in them, up to the refrigerator that was just complained of."""
    from portal.cli.simulation import city, named, officers, promises, suspicious
    from portal.cli.simulation.at_counter import take_down
    from portal.cli.simulation.passed_on import pass_one_on
    from portal.cli.simulation.records import keep_records
    from portal.cli.simulation.shops import town_of
    from portal.cli.simulation.together import look_into
    from portal.front.demo_people import FILE

    stores = city.found_cities(session, now - BEFORE)
    city.claim_stores(session, stores, app.config["INSTANCE"] / "licences", now - timedelta(hours=20))
    often = {stores[key].id: weight for key, weight in FEATURED.items()}
    album, rng = album_of(app, session), Random(SEED)  # noqa: S311 - no secret
    town = town_of(session, album, rng, disputes, since=now - BEFORE, often=often)
    officers.save_replies(session)
    promises.publish_standards(session, now - BEFORE)
    yonghe = [store for key, store in stores.items() if key.startswith("yonghe")]
    promises.make_pledges(session, town.shops, yonghe, now - BEFORE)
    told = [*named.named_courses(town, stores, now), *suspicious.arranged_courses(town, stores, now)]
    play(town, disputes, SEED, now - JUST_NOW, told)
    look_into(session, stores, now - JUST_NOW)
    pass_one_on(session, now - JUST_NOW)
    take_down(session, now - JUST_NOW)
    keep_records(session, stores, now - JUST_NOW)
    suspicious.leave_out(town, stores, now - JUST_NOW)
    for _ in named.refrigerator(town, stores, now - JUST_NOW):
        pass
    session.commit()
    city.write_people(app.config["INSTANCE"] / FILE, stores)


def play(town: "Town", disputes: int, seed: int, until: datetime, named: Sequence["Course"] = ()) -> None:
    """Let so many disputes of the year before `until` happen, beside those of the named people."""
    from portal.cli.simulation.year import play_year

    courses = [*(drawn(town, f"{seed} {number}", until) for number in range(disputes)), *named]
    with click.progressbar(range(len(courses)), label="Disputes", file=sys.stderr) as bar:
        play_year(town.session, courses, until, lambda: bar.update(1))


def drawn(town: "Town", seed: str, until: datetime) -> "Course":
    """A dispute that nothing but its seed decides."""
    from portal.cli.simulation.course import awake, play, tell
    from portal.cli.simulation.plots import plot_for
    from portal.cli.simulation.year import day_in_year

    rng = Random(seed)  # noqa: S311 - no secret
    shop = town.shop(rng)
    city = town.cities[shop.store.city_code]
    plot = plot_for(rng, shop.character)
    filed_at = min(awake(day_in_year(rng, until), city.zone, rng), until)
    return play(
        town,
        rng,
        plot,
        lambda at: tell(rng, shop, town.consumer(rng, city.code, at), city, at, plot.auto_escalate),
        filed_at,
    )


def album_of(app: Flask, session: Session) -> "Album":
    from portal.cli.simulation.photos import Album

    folder: Path = app.config["INSTANCE"] / "evidence"
    return Album(session, folder)


def writer() -> Session:
    """A session whose rows stay known after a commit: a year has many."""
    from portal.extensions import db

    return Session(db.engine, expire_on_commit=False)


def is_empty(session: Session) -> bool:
    """Whether nobody and nothing is in the database yet."""
    from portal.accounts.models import Person
    from portal.regions.models import City

    return all(
        session.scalar(sa.select(sa.literal(1)).select_from(table).limit(1)) is None
        for table in (Person, City)
    )


def refuse_beside_a_worker(session: Session, at: datetime) -> None:
    """A worker would at once record what time has brought about in disputes of last year."""
    from portal.notices.models import Heartbeat

    seen = session.scalar(sa.select(sa.func.max(Heartbeat.at)))
    if seen is not None and at - seen < WORKER_ALIVE:
        raise click.ClickException(
            "A worker runs on this database. Stop it, wait a minute, and simulate then."
        )
