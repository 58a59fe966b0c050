"""`hejie access`: who may record which fact in which state, and who may open which address."""

from collections.abc import Iterator

import click
from flask import Flask

Table = list[list[str]]  # the first row is the heading
FACTS = (
    "Who may record a fact, by the state of the dispute ({letters}; new: before there is one). What else "
    "must hold, such as that an offer is not one's own, is in portal/disputes/permissions.py."
)
ADDRESSES = (
    "Who may open an address at all. Which disputes, stores and files somebody then finds there is decided "
    "for each of them; what is not theirs looks as if it did not exist."
)
ACTORS = ("nobody", "consumer", "staff", "officer")


@click.command()
@click.option("--markdown", is_flag=True, help="As Markdown tables, for the documentation.")
def access(markdown: bool) -> None:
    """Print the two matrices of permissions, from the rules and the addresses themselves."""
    from portal.app import create_app

    show = as_markdown if markdown else as_text
    for title, lead, table in matrices(create_app()):
        click.echo(f"{'## ' if markdown else ''}{title}\n\n{lead}\n\n{show(table)}\n")


def matrices(app: Flask) -> Iterator[tuple[str, str, Table]]:
    """Each matrix with its title and a sentence on how to read it."""
    from portal.disputes.workflow import Party

    letters = ", ".join(f"{letter(party)} = {party}" for party in Party)
    yield "Facts", FACTS.format(letters=letters), facts()
    yield "Addresses", ADDRESSES, addresses(app)


def facts() -> Table:
    """A row per fact, a column per state, the letters of the parties in it."""
    from portal.disputes.workflow import RULES, State

    states: list[State | None] = [None, *State]
    rows = [
        [
            str(fact),
            *("".join(sorted(map(letter, rule.who))) if state in rule.when else "" for state in states),
        ]
        for fact, rule in RULES.items()
    ]
    return [["fact", *(str(state) if state else "new" for state in states)], *rows]


def letter(party: str) -> str:
    """C consumer, M merchant, B bureau, T time: the clock."""
    return "T" if party == "clock" else party[0].upper()


def addresses(app: Flask) -> Table:
    """A row per address and kind of request, a column per actor."""
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        view = app.view_functions[rule.endpoint]
        allowed = admitted(getattr(view, "is_public", False), getattr(view, "kinds", None))
        methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        rows.append([rule.rule, " ".join(methods), *("yes" if actor in allowed else "" for actor in ACTORS)])
    return [["address", "method", *ACTORS], *rows]


def admitted(is_public: bool, kinds: frozenset[str] | None) -> set[str]:
    """The actors that portal.web.access lets through to a view."""
    if is_public:
        return set(ACTORS)
    return set(kinds) if kinds is not None else set(ACTORS[1:])


def as_text(table: Table) -> str:
    """Columns as wide as their widest value; the headings of many columns are cut to four letters."""
    head, *rows = table
    if len(head) > len(ACTORS) + 2:
        head = [head[0], *(name[:4] for name in head[1:])]
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    ruled = [head, ["-" * width for width in widths], *rows]
    return "\n".join(
        "  ".join(value.ljust(width) for value, width in zip(line, widths, strict=True)).rstrip()
        for line in ruled
    )


def as_markdown(table: Table) -> str:
    head, *rows = table
    ruled = [head, ["---"] * len(head), *rows]
    return "\n".join(
        f"| {' | '.join(value.replace('|', chr(92) + '|') for value in line)} |" for line in ruled
    )
