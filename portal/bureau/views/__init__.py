"""The officers' desk: the front page, the queue, the search, absences, saved replies, reports."""

from portal.bureau.views import absences, desk, finding, queue, replies, reports
from portal.bureau.views.blueprint import bp

__all__ = ["absences", "bp", "desk", "finding", "queue", "replies", "reports"]
