"""`hejie init`: set up a real city, and the supervisor who signs in first."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.regions.clocks import Clock, Span
    from portal.regions.loading import Place
    from portal.regions.models import City

# What is asked for where no option says it: the question, and the answer where there is no city yet.
QUESTIONS: dict[str, tuple[str, str | int | None]] = {
    "bureau_zh": ("The bureau's name, in Chinese", None),
    "bureau_en": ("The bureau's name, in English", None),
    "hotline": ("The bureau's telephone, shown on every page", "12315"),
    "icp": ("ICP number of the web site (empty: none)", ""),
    "orders_within_days": ("How many days old an order may be", 1095),
}


@click.command()
@click.option("--region", help="GB/T 2260 code of the city, such as 330100.")
@click.option("--name-zh", help="Chinese name, for a city that the portal's list does not know.")
@click.option("--name-en", help="English name, likewise.")
@click.option("--district", "districts", multiple=True, help="CODE=CHINESE=ENGLISH, likewise; repeated.")
@click.option("--bureau-zh", help="The bureau's name, in Chinese.")
@click.option("--bureau-en", help="The bureau's name, in English.")
@click.option("--hotline", help="The bureau's telephone, shown on every page.")
@click.option("--icp", help="ICP number of the web site; '' for none.")
@click.option("--orders-within-days", type=int, help="How many days old an order may be.")
@click.option("--clock", "clocks", multiple=True, help="Such as reply=72h or talks=10d; repeated.")
@click.option("--supervisor", help="User name of the first supervisor.")
@click.option("--supervisor-name", help="The supervisor's name, as colleagues see it.")
def init(**given: Any) -> None:
    """Set up a city and its first supervisor; what no option says is asked for.

    A second time changes what it is told to. The supervisor's password is asked for; left empty, one is made
    and shown once. It stays where the supervisor is there already.
    """
    from portal.app import create_app
    from portal.extensions import db
    from portal.regions.setup import city_code, set_up_city

    with create_app().app_context(), sentences():
        session = db.session()
        code = city_code(answer(given["region"], "--region", "GB/T 2260 code of the city"))
        before = known_city(session, code)
        settings = {
            name: answer(given[name], option(name), question, before.get(name, first))
            for name, (question, first) in QUESTIONS.items()
        }
        officer = first_supervisor(session, code, given["supervisor"], given["supervisor_name"])
        named = bool(given["name_zh"] and given["name_en"])
        city = set_up_city(
            session,
            code,
            names=(given["name_zh"], given["name_en"]) if named else None,
            districts=districts(code, given["districts"]),
            clocks=clocks(given["clocks"]),
            **settings,
        )
        introduced = take_in(session, code, officer) if officer else "there already; the password stays."
        session.commit()
        describe(session, city)
        click.echo(f"Supervisor: {introduced}")


def answer(given: Any, wanted: str, question: str, default: Any = None, *, secret: bool = False) -> Any:
    """What the option said, else what is answered now; the default where nobody is there to answer."""
    if given is not None:
        return given
    if sys.stdin.isatty():
        return click.prompt(question, default=default, hide_input=secret, show_default=not secret)
    if default is None:
        raise click.ClickException(f"{wanted} is missing.")
    return default


def option(name: str) -> str:
    return "--" + name.replace("_", "-")


@contextmanager
def sentences() -> Iterator[None]:
    """Every refusal in one sentence, with the option that it is about."""
    from sqlalchemy.exc import DBAPIError

    from portal.core.errors import RuleBroken

    words = {"names": "--name-zh", "districts": "--district", "clocks": "--clock", "password": "the password"}
    words |= {"username": "--supervisor", "name": "--supervisor-name"}
    try:
        yield
    except RuleBroken as broken:
        field = broken.field or ""
        raise click.ClickException(f"{words.get(field, option(field))}: {broken}") from None
    except DBAPIError as refused:
        raise click.ClickException(f"The database refused: {refused.orig}. Is it migrated?") from None


def known_city(session: "Session", code: str) -> dict[str, Any]:
    """What the city has set so far; nothing is locked while questions are answered."""
    from portal.regions.models import City

    city = session.get(City, code)
    values = {name: getattr(city, name) for name in QUESTIONS} if city else {}
    session.rollback()
    return values


def districts(code: str, given: Sequence[str]) -> list["Place"]:
    from portal.core.errors import RuleBroken
    from portal.regions.loading import Place

    parts = [[part.strip() for part in text.split("=")] for text in given]
    if any(len(part) != 3 or not all(part) for part in parts):
        raise RuleBroken("districts", "write CODE=CHINESE=ENGLISH.")
    return [Place(part[0], "district", code, part[1], part[2]) for part in parts]


def clocks(given: Sequence[str]) -> Mapping["Clock", "Span"]:
    from portal.core.errors import RuleBroken
    from portal.regions.clocks import Clock
    from portal.regions.setup import parse_span

    spans = {}
    for text in given:
        name, _, span = text.partition("=")
        if name.strip() not in set(Clock):
            raise RuleBroken("clocks", f"there is no clock “{name[:40]}”, only {', '.join(Clock)}.")
        spans[Clock(name.strip())] = parse_span(span)
    return spans


def describe(session: "Session", city: "City") -> None:
    from portal.regions.clocks import Clock
    from portal.regions.queries import districts_of

    spans = (f"{clock} {city.span(clock).amount} {city.span(clock).unit}" for clock in Clock)
    click.echo(
        f"City: {city.region.name_zh} ({city.code}), {len(districts_of(session, city.code))} districts."
    )
    click.echo(f"Bureau: {city.bureau_zh}, {city.hotline}.")
    click.echo(f"Clocks: {', '.join(spans)}.")


def first_supervisor(
    session: "Session", region: str, username: str | None, name: str | None
) -> dict[str, str] | None:
    """Whom to take in as the first supervisor; None where somebody is there. Nothing stays locked."""
    import sqlalchemy as sa

    from portal.accounts.joining import fold_username
    from portal.accounts.models import OfficerPost, OfficerRole, Person

    posts = sa.select(OfficerPost.person_id).where(
        OfficerPost.region_code == region, OfficerPost.role == OfficerRole.SUPERVISOR
    )
    has_one = session.scalars(posts).first() is not None
    session.rollback()
    if username is None and has_one:
        return None
    chosen = answer(username, "--supervisor", "User name of the first supervisor")
    taken = session.scalar(sa.select(Person.id).where(Person.username == fold_username(chosen)))
    session.rollback()
    if taken is not None:
        return None
    return {
        "username": chosen,
        "name": answer(name, "--supervisor-name", "The supervisor's name, as colleagues see it"),
        "password": answer(None, "the password", "Password (empty: one is made)", "", secret=True),
    }


def take_in(session: "Session", region: str, officer: dict[str, str]) -> str:
    """Take the supervisor in; says who it is, with the password where it was made here."""
    from portal.accounts.joining import add_officer
    from portal.accounts.models import OfficerRole
    from portal.accounts.passwords import new_password
    from portal.core.clock import now

    made = new_password()
    told = officer | {"password": officer["password"] or made}
    add_officer(session, **told, region_code=region, role=OfficerRole.SUPERVISOR, now=now())
    shown = "" if officer["password"] else f", password {made} (shown this once)"
    return f"{officer['username']}{shown}."
