"""The blueprint of standards, pledges and goods categories."""

from flask import Blueprint

bp = Blueprint("return_policies", __name__)
