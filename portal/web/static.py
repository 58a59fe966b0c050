"""Static files: built once per version into the instance folder, compressed, kept by browsers for ever."""

import os
import shutil
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from portal.web.assets import STATIC, asset, asset_version, stylesheet


def build(target: Path) -> None:
    """Lay out the files of this version under `target`, each with a .gz beside it where that is smaller.

    By rename, since several processes start at once; the sources of the style sheet stay behind.
    """
    if target.exists():
        return
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    shutil.copytree(STATIC, partial, ignore=shutil.ignore_patterns("css", "*.md"))
    (partial / "app.css").write_bytes(stylesheet())
    compressor = Compressor(use_brotli=False, quiet=True)
    for file in [path for path in partial.rglob("*") if path.is_file()]:
        if compressor.should_compress(file.name):
            list(compressor.compress(str(file)))
    try:
        partial.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(partial)


def init_app(app: Flask) -> None:
    version = asset_version()
    target = app.config["INSTANCE"] / "static" / version
    build(target)
    served = WhiteNoise(
        app.wsgi_app,
        allow_all_origins=False,
        add_headers_function=_headers,
        immutable_file_test=lambda path, url: True,
    )
    served.add_files(str(target), prefix=f"static/{version}/")
    app.wsgi_app = served  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = asset


def _headers(headers: Headers, path: str, url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
