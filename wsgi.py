"""What a WSGI server loads: `application`; the Flask app itself is `app`."""

from portal.app import create_app
from portal.web.turnstile import Turnstile

WAITING = 64  # requests of one process that may wait for room; more are told to come back

app = create_app()
application = Turnstile(
    app.wsgi_app, at_work=app.config["THREADS"], waiting=WAITING, largest=app.config["MAX_CONTENT_LENGTH"]
)
