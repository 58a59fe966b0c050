"""`hejie serve`: the portal on granian, whose asynchronous front keeps idle sockets away from the workers."""

import os
import resource
import socket
import sys

import click

CONNECTIONS = 2048  # per worker; idle and slow ones count too, so far more than requests at work
ARRIVING = 256  # threads per worker that may wait for a slow body; THREADS of them work (turnstile.py)
HEAD_TIMEOUT = 10_000  # milliseconds to send the head of a request
# Neither the address nor the query string: they hold people and one-time tokens.
ACCESS_LOG = "%(method)s %(path)s %(status)d %(dt_ms).1f ms"


@click.command()
@click.option("--host", envvar="HEJIE_HOST", help="Address to listen on (HEJIE_HOST).")
@click.option("--port", envvar="HEJIE_PORT", type=click.IntRange(1, 65535), help="Port (HEJIE_PORT).")
@click.option("--workers", envvar="HEJIE_WORKERS", type=click.IntRange(1), help="Processes (HEJIE_WORKERS).")
@click.option("--access-log", is_flag=True, help="A line for each request: method, path, status, time.")
def serve(host: str | None, port: int | None, workers: int | None, access_log: bool) -> None:
    """Serve the portal's pages until stopped."""
    from portal.app import create_app

    settings = create_app().config  # refuses an unsafe setting here, in one sentence, before a worker starts
    listen(
        "wsgi:application",
        host or settings["HOST"],
        port or settings["PORT"],
        workers=workers or settings["WORKERS"],
        access_log=access_log,
    )


def listen(target: str, host: str, port: int, *, workers: int, access_log: bool = False) -> None:
    """Serve a WSGI application of this checkout, named as module:object, until stopped."""
    from granian.constants import HTTPModes, Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server import Server

    from portal.config import ROOT

    refuse_taken(host, port)
    allow_connections()
    sys.path.insert(0, str(ROOT))
    Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIMEOUT),
        websockets=False,
        workers=workers,
        blocking_threads=ARRIVING,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
        log_level=LogLevels.error,  # it warns of so many threads, which the turnstile holds
        log_access=access_log,
        log_access_format=ACCESS_LOG,
    ).serve()


def refuse_taken(host: str, port: int) -> None:
    """Say so where somebody else listens already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            reason = os.strerror(taken.errno or 0)
            raise click.ClickException(f"Cannot listen on {host}:{port}: {reason}.") from taken


def allow_connections() -> None:
    """Raise the limit of open files to what the connections may need, as far as this machine allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * CONNECTIONS + 256
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
