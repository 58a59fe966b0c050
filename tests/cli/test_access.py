"""`hejie access`: the matrices say what the rules and the portal's gate really do."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import OfficerRole, Person
from portal.cli.access import ACTORS, addresses, as_markdown, as_text, facts, matrices
from portal.disputes.workflow import RULES, Fact, Party, State
from tests.makers import make_officer, make_town, sign_in
from tests.people import CITY

LETTERS = {"C": Party.CONSUMER, "M": Party.MERCHANT, "B": Party.BUREAU, "T": Party.CLOCK}


def test_the_matrix_of_facts_is_the_rules() -> None:
    head, *rows = facts()
    states = [None, *State]
    assert head == ["fact", "new", *State]
    assert [row[0] for row in rows] == list(Fact)
    for fact, *cells in rows:
        rule = RULES[Fact(fact)]
        said = {
            (state, LETTERS[letter]) for state, cell in zip(states, cells, strict=True) for letter in cell
        }
        assert said == {(state, party) for state in rule.when for party in rule.who}, fact


@pytest.fixture
def gates(app: Flask, db_session: Session) -> dict[str, Person]:
    town = make_town(db_session)
    supervisor = make_officer(db_session, CITY, username="chief", role=OfficerRole.SUPERVISOR)
    return {"consumer": town.alice, "staff": town.bob, "officer": supervisor}


def test_the_matrix_of_addresses_is_what_the_gate_does(
    app: Flask, gates: dict[str, Person], db_session: Session
) -> None:
    """Each address without parts is opened as everybody: who is kept out gets the sign-in or a 404."""
    _, *rows = addresses(app)
    plain = [
        row
        for row in rows
        if "<" not in row[0] and row[1] == "GET" and row[0] not in ("/sign-out", "/readyz")
    ]
    clients = {actor: app.test_client() for actor in ACTORS}
    for actor, person in gates.items():
        sign_in(clients[actor], db_session, person)
    db_session.commit()
    app.test_client_class = None
    wrong = []
    for address, _, *cells in plain:
        for actor, cell in zip(ACTORS, cells, strict=True):
            answer = clients[actor].get(address, headers={"HX-Request": "false"})
            kept_out = answer.status_code == 404 or (
                actor == "nobody" and (answer.location or "").startswith("/sign-in")
            )
            if kept_out == (cell == "yes"):
                wrong.append((actor, address, answer.status_code))
    assert wrong == []


def test_the_public_addresses_are_a_short_list(app: Flask) -> None:
    _, *rows = addresses(app)
    public = {row[0] for row in rows if row[2] == "yes"}
    for address in ("/board", "/board/<code>", "/board/measures", "/stores", "/sign-in", "/healthz"):
        assert address in public
    for address in ("/bureau", "/disputes/<ref>", "/notices", "/account"):
        assert address not in public


def test_only_officers_have_the_desk(app: Flask) -> None:
    _, *rows = addresses(app)
    desk = {tuple(row[2:]) for row in rows if row[0].startswith("/bureau")}
    assert desk == {("", "", "", "yes")}


def test_a_table_is_readable_as_text_and_as_markdown() -> None:
    table = [["fact", "new", "a|b"], ["filed", "C", ""], ["it", "", "CM"]]
    assert as_text(table) == "fact   new  a|b\n-----  ---  ---\nfiled  C\nit          CM"
    assert (
        as_markdown(table) == "| fact | new | a\\|b |\n| --- | --- | --- |\n| filed | C |  |\n| it |  | CM |"
    )


def test_wide_tables_have_short_headings() -> None:
    first = as_text(facts()).splitlines()[0].split()
    assert first == ["fact", "new", *(state[:4] for state in State)]


def test_both_matrices_come_with_a_sentence_on_how_to_read_them(app: Flask) -> None:
    assert [(title, lead[-1], len(table) > 20) for title, lead, table in matrices(app)] == [
        ("Facts", ".", True),
        ("Addresses", ".", True),
    ]
