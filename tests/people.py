"""Who is who in the tests, as permissions see them: no database needed; `make_town()` makes the same people.

Alice complains, Bob owns the shop, Carol is his clerk, Grace is an officer of its district, Mallory is
nobody: a consumer who has nothing to do with any of it.
"""

from portal.accounts.models import OfficerRole, PersonKind
from portal.accounts.viewer import Viewer

# Far above what a fresh database numbers by itself, so that these stay free.
ALICE_ID, BOB_ID, CAROL_ID, GRACE_ID, MALLORY_ID = 1001, 1002, 1003, 1004, 1005
MERCHANT_ID, STORE_ID = 2001, 3001
CITY, DISTRICT = "330100", "330102"

ALICE = Viewer(id=ALICE_ID, kind=PersonKind.CONSUMER)
BOB = Viewer(id=BOB_ID, kind=PersonKind.STAFF, display_name="鲍勃", owns=frozenset({MERCHANT_ID}))
CAROL = Viewer(id=CAROL_ID, kind=PersonKind.STAFF, display_name="卡萝", clerks_in=frozenset({STORE_ID}))
GRACE = Viewer(
    id=GRACE_ID, kind=PersonKind.OFFICER, display_name="葛蕾丝", region=DISTRICT, rank=OfficerRole.OFFICER
)
MALLORY = Viewer(id=MALLORY_ID, kind=PersonKind.CONSUMER)
