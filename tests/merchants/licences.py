"""Photos of licences for forms, and claims that have come so far."""

from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.merchants.actions.claims import claim_store
from portal.merchants.models import Claim, Store
from tests.world import BEGINNING


def photo(colour: str = "white") -> tuple[BytesIO, str]:
    """A file as a form sends it."""
    out = BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "JPEG")
    return BytesIO(out.getvalue()), "licence.jpg"


def claimed(session: Session, store: Store, claimant: Viewer, **said: Any) -> Claim:
    """A claim that waits; what it does not say is as it should be."""
    values = {"uscc": store.merchant.uscc or "", "licence_file": f"{'0' * 64}.jpg", "now": BEGINNING, **said}
    return claim_store(session, store, claimant, **values)
