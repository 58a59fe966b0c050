"""The pages of signing in and out, of one's own account, and of finding a dispute again."""

from portal.accounts.views import account, password, phone, track
from portal.accounts.views.blueprint import bp
from portal.accounts.views.marking import mark_device
from portal.accounts.views.phone import start_phone_sign_in

__all__ = ["account", "bp", "mark_device", "password", "phone", "start_phone_sign_in", "track"]
