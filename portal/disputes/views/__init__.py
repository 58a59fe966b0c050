"""The pages of disputes: the list, the complaint in three steps, the dispute, its acts and files."""

from portal.disputes.views import (
    acts,
    bureau_acts,
    entrusting,
    files,
    filing,
    grouping,
    listing,
    papers,
    recusing,
    show,
    transferring,
)
from portal.disputes.views.blueprint import bp

__all__ = [
    "acts",
    "bp",
    "bureau_acts",
    "entrusting",
    "files",
    "filing",
    "grouping",
    "listing",
    "papers",
    "recusing",
    "show",
    "transferring",
]
