"""`hejie bench`: the benchmarks, against portals and databases that they start themselves."""

from pathlib import Path

import click


@click.group()
def bench() -> None:
    """Measure the portal on this machine; each benchmark prints a table."""


@bench.command()
@click.option("--disputes", type=click.IntRange(100), default=10_000, show_default=True)
@click.option("--users", type=click.IntRange(1, 200), default=16, show_default=True)
@click.option(
    "--seconds", type=float, default=8.0, show_default=True, help="How long each flow is asked for."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("instance/bench-flows.json"), show_default=True
)
def flows(disputes: int, users: int, seconds: float, out: Path) -> None:
    """Ask for the hot pages on both databases, beside a bare page on the same server."""
    from benchmarks.flows import main

    main(disputes=disputes, users=users, seconds=seconds, out=out)


@bench.command()
@click.option("--disputes", type=click.IntRange(2_000), default=100_000, show_default=True)
@click.option(
    "--times", type=click.IntRange(3), default=15, show_default=True, help="How often a page is asked."
)
@click.option(
    "--out", type=click.Path(path_type=Path), default=Path("instance/bench-desk.json"), show_default=True
)
def desk(disputes: int, times: int, out: Path) -> None:
    """Ask for the officers' pages with a thousand disputes and with many, on both databases."""
    from benchmarks.desk import main

    main(disputes=disputes, times=times, out=out)
