"""What every test may ask for: a database of either kind, the portal, and clients that nag."""

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.cli.migrate import migrate_database
from portal.core.sqlite import prepare_sqlite
from portal.extensions import db
from tests.nag import NaggingClient
from tests.postgres import NoPostgres, quick_folder, running_postgres

if TYPE_CHECKING:
    from tests.world import Clock  # pytest imports it as a plugin, and wants to be the first

pytest_plugins = ("tests.browser", "tests.world", "tests.journeys.time_travel")

SECRET = "a secret of the tests, long enough to be taken"
TEMPLATE = "hejie_template"

# A database: empty but migrated, one for each test


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a fresh database; the test runs twice, once on each kind."""
    if request.param == "sqlite":
        folder: Path = request.getfixturevalue("sqlite_folder")
        for left in folder.iterdir():
            left.unlink()
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "hejie.sqlite")
        yield f"sqlite:///{folder}/hejie.sqlite"
        return
    server: str = request.getfixturevalue("postgres_server")
    request.getfixturevalue("postgres_template")
    statement(server, f"CREATE DATABASE hejie_test TEMPLATE {TEMPLATE} STRATEGY file_copy")
    yield named(server, "hejie_test")
    statement(server, "DROP DATABASE hejie_test WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """One PostgreSQL for the whole run; none ends the run, for half of the promise is never skipped."""
    try:
        with running_postgres() as url:
            yield url
    except NoPostgres as missing:
        pytest.exit(str(missing), 3)


@pytest.fixture(scope="session")
def sqlite_folder() -> Iterator[Path]:
    """Where each test's SQLite file lies: always the same place, so that one app serves them all."""
    folder = quick_folder("hejie-test-")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Path:
    place = tmp_path_factory.mktemp("template") / "template.sqlite"
    migrate_database(create_app(settings(f"sqlite:///{place}", built)))
    return place


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, built: Path) -> None:
    statement(postgres_server, f"CREATE DATABASE {TEMPLATE}")
    migrate_database(create_app(settings(named(postgres_server, TEMPLATE), built)))


def named(server: str, database: str) -> str:
    return server.replace("/postgres?", f"/{database}?")


def statement(server: str, sql: str) -> None:
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(sql))
    engine.dispose()


@pytest.fixture
def db_session(database_url: str) -> Iterator[Session]:
    """A session of the test's own; `client` commits it before each request, so what it made is found."""
    engine = sa.create_engine(database_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    with Session(engine) as session:
        yield session
        session.rollback()
    engine.dispose()


# The portal


def settings(database_url: str, instance: Path, **more: Any) -> dict[str, Any]:
    return {"DATABASE_URL": database_url, "INSTANCE": instance, "SECRET_KEY": SECRET, "DEMO": True, **more}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance folder whose catalogues and static files are made once for the whole run."""
    return tmp_path_factory.mktemp("built")


@pytest.fixture
def instance(tmp_path: Path, built: Path) -> Path:
    """The test's own instance folder: its evidence is its own, what is built is shared."""
    folder = tmp_path / "instance"
    folder.mkdir()
    for part in ("i18n", "static"):
        (built / part).mkdir(exist_ok=True)
        (folder / part).symlink_to(built / part)
    return folder


@pytest.fixture(scope="session")
def apps(built: Path) -> Callable[[str], Flask]:
    """The portal for a database's address, put together once a run: what it compiles stays."""

    @cache
    def app_for(database_url: str) -> Flask:
        return create_app(settings(database_url, built))

    return app_for


@pytest.fixture
def app(database_url: str, instance: Path, clock: "Clock", apps: Callable[[str], Flask]) -> Iterator[Flask]:
    """The portal, whose clock stands still until the test moves it; what a test changes of it is undone."""
    made = apps(database_url)
    config, extensions = dict(made.config), dict(made.extensions)
    made.config["INSTANCE"], made.test_client_class = instance, NaggingClient
    yield made
    with made.app_context():
        db.engine.dispose()
    for kept, before in ((made.config, config), (made.extensions, extensions)):
        kept.clear()
        kept.update(before)


@pytest.fixture
def new_client(app: Flask, db_session: Session) -> Callable[[], NaggingClient]:
    """Makes browsers, each with its own cookies, reading Chinese: one a person."""

    def make() -> NaggingClient:
        made = app.test_client()
        assert isinstance(made, NaggingClient)
        made.before = db_session.commit
        return made

    return make


@pytest.fixture
def client(new_client: Callable[[], NaggingClient]) -> NaggingClient:
    """One browser."""
    return new_client()
