"""The officers of a simulated year: those who are there, and one hired for each district that has nobody."""

from datetime import datetime, timedelta
from random import Random

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.accounts.models import Identity, OfficerPost, OfficerRole, Person, PersonKind
from portal.accounts.viewer import Viewer
from portal.bureau.actions.replies import add_reply
from portal.cli import demo_city
from portal.cli.demo_city.files import toml
from portal.cli.simulation.shops import Town
from portal.core.clock import local
from portal.core.working_days import is_working_day
from portal.disputes.models import Dispute
from portal.regions.calendar import library_year

OPENS, CLOSES = 9, 17
HALF_DAY = timedelta(hours=4)


def officer_of(town: Town, dispute: Dispute, at: datetime) -> Viewer:
    """Who has the dispute, or the officer of its district who would take it on."""
    there = _posted(town, dispute.district_code)
    if not there:
        there.append(_hired(town, dispute.district_code, at))
    everybody = [*there, *_posted(town, dispute.city_code)]
    return next((officer for officer in everybody if officer.id == dispute.officer_id), there[0])


def chief_of(town: Town, dispute: Dispute) -> Viewer | None:
    """The supervisor of the dispute's city, where there is one."""
    posted = _posted(town, dispute.city_code)
    return next((officer for officer in posted if officer.rank == OfficerRole.SUPERVISOR), None)


def on_duty(at: datetime, zone: str, rng: Random) -> datetime:
    """The instant, or a moment of the next office hours where the office is closed."""
    shown = local(at, zone)
    if is_working_day(shown.date(), library_year(shown.year)) and OPENS <= shown.hour < CLOSES:
        return at
    day = shown if shown.hour < OPENS else shown + timedelta(days=1)
    while not is_working_day(day.date(), library_year(day.year)):
        day += timedelta(days=1)
    opens = day.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    return at + (opens - shown) + rng.random() * HALF_DAY


def _posted(town: Town, region: str) -> list[Viewer]:
    """The officers of exactly this region, the first to come first."""
    if region not in town.officers:
        wanted = (
            sa.select(OfficerPost.person_id, OfficerPost.role)
            .join(Person, Person.id == OfficerPost.person_id)
            .where(OfficerPost.region_code == region, Person.disabled_at.is_(None))
            .order_by(OfficerPost.person_id)
        )
        town.officers[region] = [
            Viewer(id=person, kind=PersonKind.OFFICER, region=region, rank=OfficerRole(role))
            for person, role in town.session.execute(wanted)
        ]
    return town.officers[region]


def _hired(town: Town, region: str, at: datetime) -> Viewer:
    """An officer who can act but never signs in: no password is set."""
    name = demo_city.staff_name(Random(f"officer of {region}"))  # noqa: S311 - no secret
    officer = Person(kind=PersonKind.OFFICER, display_name=name, created_at=at)
    officer.identity = Identity(name=name)
    officer.post = OfficerPost(region_code=region, role=OfficerRole.OFFICER)
    town.session.add(officer)
    town.session.flush()
    return Viewer(id=officer.id, kind=PersonKind.OFFICER, region=region, rank=OfficerRole.OFFICER)


def save_replies(session: Session) -> None:
    """Each supervisor of the demo keeps a few sentences that are needed again and again."""
    supervisors = sa.select(OfficerPost).where(OfficerPost.role == OfficerRole.SUPERVISOR)
    for post in session.scalars(supervisors.order_by(OfficerPost.person_id)).all():
        rank = OfficerRole.SUPERVISOR
        chief = Viewer(id=post.person_id, kind=PersonKind.OFFICER, region=post.region_code, rank=rank)
        for reply in toml("replies.toml")["replies"]:
            add_reply(session, chief, {post.region_code}, city_code=post.region_code, **reply)
