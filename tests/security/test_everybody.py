"""Every address and every kind of request, by everybody: what each gets (trust.md S8).

The rows come from the URL map, so that an address without a row fails. A request carries a good form
token and nothing else, so 422 means: this person may, and now something must be filled in. All things are
Alice's and Bob's; 303 for nobody leads to the sign-in.
"""

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.config import ROOT
from tests.security.world import ACTORS, World, make_world

TABLE = ROOT / "tests" / "security" / "everybody.txt"
OF_A_SHOP = (
    "", "/changes/<change_id>.jpg", "/merger", "/mergers", "/moves", "/verifications", "/suspensions",
    "/liftings", "/closures", "/reopenings",
)  # fmt: skip
# What the variables of an address stand for, where their name alone does not say it.
NAMED = {
    "/board/<code>": {"code": "district"},
    "/board/<code>/days": {"code": "town"},
    "/stores/<code>": {"code": "store"},
    "/stores/<code>/claims": {"code": "unclaimed"},
    "/stores/<code>/claims/new": {"code": "unclaimed"},
    "/stores/<code>/poster.pdf": {"code": "store"},
    "/stores/<code>/return-policy.json": {"code": "store"},
    "/stores/<code>/till-card.pdf": {"code": "store"},
    **{f"/bureau/stores/<code>{end}": {"code": "store"} for end in OF_A_SHOP},
    "/bureau/reports/<ref>": {"ref": "report"},
    "/bureau/reports/<ref>/closure": {"ref": "report"},
    "/bureau/reports/<ref>/handling": {"ref": "report"},
    "/bureau/groups/<ref>": {"ref": "group"},
    "/bureau/groups/<ref>/proposals": {"ref": "group"},
    "/bureau/groups/<ref>/sessions": {"ref": "group"},
    "/bureau/issues/<ref>": {"ref": "issue"},
    "/bureau/issues/<ref>/closure": {"ref": "issue"},
    "/bureau/issues/<ref>/disputes": {"ref": "issue"},
    "/bureau/issues/<ref>/groups": {"ref": "issue"},
    "/bureau/issues/<ref>/letters": {"ref": "issue"},
    "/bureau/issues/<ref>/publications": {"ref": "issue"},
    "/bureau/issues/<ref>/removals": {"ref": "issue"},
    "/issues/<ref>": {"ref": "issue"},
    "/disputes/<ref>/papers/<name>.pdf": {"name": "complaint"},
    "/bureau/categories/<code>": {"code": "category"},
    "/bureau/categories/<code>/restoration": {"code": "category"},
    "/bureau/categories/<code>/retirement": {"code": "category"},
    "/bureau/standards/<slug>/<n>": {"n": "draft"},
    "/bureau/standards/<slug>/<n>/edit": {"n": "draft"},
    "/bureau/standards/<slug>/<n>/publication": {"n": "draft"},
    "/bureau/standards/<slug>/<n>/withdrawal": {"n": "version"},
    "/standards/<slug>/<n>": {"n": "version"},
}


@pytest.fixture
def world(db_session: Session, instance) -> World:
    return make_world(db_session, instance)


def test_everybody_gets_exactly_this_everywhere(app: Flask, world: World):
    assert table(app, world) == TABLE.read_text(encoding="utf-8").rstrip("\n")


def table(app: Flask, world: World) -> str:
    lines = [f"{'':6}{'':52}{''.join(f'{actor:9}' for actor in ACTORS)}".rstrip()]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            got = answers(app, world, method, rule)
            lines.append(f"{method:6}{plain(rule):52}{''.join(f'{status:<9}' for status in got)}".rstrip())
    return "\n".join(lines)


def answers(app: Flask, world: World, method: str, rule: Rule) -> list[int]:
    """What each actor gets: of the same things where they are only read, of fresh ones where they change."""
    wanted = set(rule.arguments)
    shared = world.parts(wanted) if method == "GET" else None
    return [answer(app, world, actor, method, rule, shared or world.parts(wanted)) for actor in ACTORS]


def answer(app: Flask, world: World, actor: str, method: str, rule: Rule, parts: dict[str, str]) -> int:
    named = NAMED.get(plain(rule), {})
    address = re.sub("<([a-z_]+)>", lambda found: parts[named.get(found[1], found[1])], plain(rule))
    client, token = world.browser(app, actor)
    sent = {"csrf_token": token} if method != "GET" else None
    with client.open(address, method=method, data=sent) as got:
        return got.status_code


def plain(rule: Rule) -> str:
    """The address without the kinds of its variables."""
    return re.sub("<[^<>:]+:([a-z_]+)>", r"<\1>", rule.rule)
