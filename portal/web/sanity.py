"""What no browser sends is refused before anything reads it (trust.md S31)."""

import re

from flask import Flask, abort, request

# In an address no control character stands for anything; in a text NUL is what PostgreSQL refuses.
ADDRESS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
TEXT = re.compile("[\x00\ud800-\udfff]")


def init_app(app: Flask) -> None:
    @app.before_request
    def _sane() -> None:
        asked = [text for pair in request.args.items(multi=True) for text in pair]
        if any(ADDRESS.search(text) for text in (request.path, *asked)):
            abort(400)
        if any(TEXT.search(text) for pair in request.form.items(multi=True) for text in pair):
            abort(400)
