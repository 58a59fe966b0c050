"""The blueprint all pages of disputes hang on."""

from flask import Blueprint

bp = Blueprint("disputes", __name__, url_prefix="/disputes")
