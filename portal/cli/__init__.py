"""The operator's command `hejie`; each verb is loaded when asked for, so a broken part stops no other."""

import sys
from importlib import import_module

import click

# verb: the file of this package that holds it; the command's object there has the verb's name, - as _.
VERBS = {
    "run": "run",
    "test": "test",
    "serve": "serve",
    "worker": "worker",
    "migrate": "migrate",
    "init": "init",
    "set-password": "set_password",
    "demo": "demo",
    "simulate": "demo",
    "people": "demo",
    "import-stores": "import_stores",
    "import-calendar": "import_calendar",
    "verify": "verify",
    "recount": "verify",
    "access": "access",
    "doctor": "doctor",
    "catalogue": "catalogue",
    "bench": "bench",
}


class Verbs(click.Group):
    """A group that knows its verbs by name and imports only the one that runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        try:
            module = import_module(f"portal.cli.{VERBS[cmd_name]}")
        except ImportError as missing:
            raise click.ClickException(f"`hejie {cmd_name}` cannot be loaded: {missing}.") from missing
        command = getattr(module, cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command), cmd_name  # noqa: S101 - a slip of ours, not of the operator
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs; one that cannot be loaded says so in its own line."""
        rows = []
        for verb in VERBS:
            try:
                command = self.get_command(ctx, verb)
                rows.append((verb, command.get_short_help_str(200) if command else ""))
            except click.ClickException as refused:
                rows.append((verb, refused.message))
        with formatter.section("Verbs"):
            formatter.write_dl(rows)


@click.command(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def hejie() -> None:
    """Run the reconciliation portal of a city."""


def main(arguments: list[str] | None = None) -> None:
    """Run one verb; every refusal is one plain sentence on stderr and a non-zero exit."""
    try:
        hejie.main(args=arguments, prog_name="hejie", standalone_mode=True)
    except Exception as broken:
        sentence = _refusal(broken)
        if sentence is None:
            raise
        click.echo(f"Error: {sentence}", err=True)
        sys.exit(2)


def _refusal(broken: Exception) -> str | None:
    """What an operator can put right, in one sentence; None for a fault of ours."""
    from sqlalchemy.exc import OperationalError, ProgrammingError

    from portal.config import RefusesToStart

    if isinstance(broken, RefusesToStart):
        return str(broken)
    if isinstance(broken, OperationalError | ProgrammingError):
        said = str(broken.orig).strip().partition("\n")[0]
        way = "`hejie migrate` brings it up to date, `hejie doctor` looks closer."
        return f"The database says: {said}. {way}"
    return None
