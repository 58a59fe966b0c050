"""The pages of disputes: the list, the complaint in three steps, the dispute, its acts and files."""

from portal.disputes.views import acts, files, filing, listing, show
from portal.disputes.views.blueprint import bp

__all__ = ["acts", "bp", "files", "filing", "listing", "show"]
