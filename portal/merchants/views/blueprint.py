"""The blueprint all pages of merchants and stores hang on."""

from flask import Blueprint

bp = Blueprint("merchants", __name__)
