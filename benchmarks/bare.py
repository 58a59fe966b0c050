"""A bare Flask page of a given size: the limit that the portal's own pages are measured against."""

import os

from flask import Flask, Response, render_template_string

from portal.cli.serve import listen
from portal.config import settings_from
from portal.web.turnstile import Turnstile

SETTINGS = settings_from(os.environ)
app = Flask("bare")
application = Turnstile(app.wsgi_app, at_work=SETTINGS["THREADS"], waiting=64, largest=0)
LINE = "一行普通的文字，只为占地方。"
LINES = int(os.environ.get("BARE_BYTES", "15000")) // len(f"<p>{LINE}</p>\n".encode())
PAGE = "<!doctype html><title>bare</title>{% for line in lines %}<p>{{ line }}</p>\n{% endfor %}"


@app.get("/")
def page() -> str:
    """The page, rendered by Jinja from a list, as any page is."""
    return render_template_string(PAGE, lines=[LINE] * LINES)


@app.get("/healthz")
def alive() -> Response:
    return Response("ok")


if __name__ == "__main__":
    listen("benchmarks.bare:application", "127.0.0.1", SETTINGS["PORT"], workers=SETTINGS["WORKERS"])
