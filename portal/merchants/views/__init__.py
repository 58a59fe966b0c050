"""The pages of stores and merchants: search, store, poster, sign-up, claims, staff, decisions."""

from portal.merchants.views import claims, desk, home, joining, staff, stores
from portal.merchants.views.blueprint import bp

__all__ = ["bp", "claims", "desk", "home", "joining", "staff", "stores"]
