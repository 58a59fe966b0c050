"""The pages of standards and pledges."""

from portal.return_policies.views import bureau, drafting, feeds, goods, owner, pledging, public
from portal.return_policies.views.blueprint import bp

__all__ = ["bp", "bureau", "drafting", "feeds", "goods", "owner", "pledging", "public"]
