"""`hejie set-password`: for an officer or a shopkeeper who has forgotten the own one and has called."""

import click


@click.command()
@click.argument("username")
def set_password(username: str) -> None:
    """Set a new password for a user name, shown once; ends all its sessions."""
    from sqlalchemy.exc import DBAPIError

    from portal.accounts import sign_in
    from portal.accounts.passwords import new_password
    from portal.accounts.sessions import end_all
    from portal.app import create_app
    from portal.extensions import db

    password = new_password()
    with create_app().app_context():
        session = db.session()
        try:
            person_id = sign_in.set_password(session, username, password)
            if person_id is None:
                raise click.ClickException(f"Nobody has the user name {username}.")
            end_all(session, person_id)
            session.commit()
        except DBAPIError as refused:
            raise click.ClickException(f"The database refused: {refused.orig}. Is it migrated?") from None
    click.echo(f"Password of {username}: {password} (shown this once). To be changed at /account.")
