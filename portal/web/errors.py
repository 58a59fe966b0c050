"""Every failure says what happened and what to do next; none tells missing from forbidden."""

import logging

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from portal.core.errors import MovedOn, NotAllowed, TooManyTries
from portal.web.language import reader_locale
from portal.web.writes import begin_read

log = logging.getLogger("portal")
PAGES = {400, 404, 405, 409, 413, 429, 500, 503}
BARE = {500, 503}
RETRY_AFTER = {503: "10"}


def error_page(status: int, **context: object) -> Response:
    """The page of one status; 500 and 503 are rendered without the context that reads the database."""
    shown = status if status in PAGES else 400
    name = f"errors/{shown}.html"
    if shown in BARE:
        text = current_app.jinja_env.get_template(name).render(locale=reader_locale(), **context)
    else:
        text = render_template(name, **context)
    response = make_response(text, status)
    if status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[status]
    return response


def init_app(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Response:
        response = error.get_response(request.environ)
        if error.code is None or error.code < 400:
            return Response(response.get_data(), error.code or 200, dict(response.headers))
        _give_back()
        status = 404 if error.code == 403 else error.code
        return error_page(status)

    @app.errorhandler(CSRFError)
    def _token(error: CSRFError) -> Response:
        _give_back()
        return error_page(400, token=True)

    @app.errorhandler(NotAllowed)
    def _missing(error: NotAllowed) -> Response:
        _give_back()
        return error_page(404)

    @app.errorhandler(MovedOn)
    @app.errorhandler(StaleDataError)
    def _moved(error: Exception) -> Response:
        _give_back()
        return error_page(409)

    @app.errorhandler(TooManyTries)
    def _often(error: TooManyTries) -> Response:
        _give_back()
        minutes = max(1, round(error.retry_after.total_seconds() / 60))
        response = error_page(429, minutes=minutes)
        response.headers["Retry-After"] = str(int(error.retry_after.total_seconds()))
        return response

    @app.errorhandler(OperationalError)
    @app.errorhandler(PoolTimeout)
    def _database(error: Exception) -> Response:
        log.error("database: %s", type(error).__name__, exc_info=error)
        _give_back()
        return error_page(503)

    @app.errorhandler(DBAPIError)
    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Response:
        log.error("unexpected: %s", type(error).__name__, exc_info=error)
        _give_back()
        return error_page(500)


def _give_back() -> None:
    try:
        begin_read()
    except Exception:
        log.warning("the transaction could not be undone")
