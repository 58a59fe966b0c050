"""Who is looking: all that permissions need to know of a signed-in person, read in one go per request."""

from dataclasses import dataclass, field

from portal.accounts.models import OfficerRole, PersonKind, StaffRole


@dataclass(frozen=True)
class Viewer:
    """A signed-in person as permissions see one.

    owns: merchants in all of whose stores the person works; clerks_in: single stores; region: an officer's
    GB/T 2260 code. `region` is None for everybody who is not an officer. hand: the officer who takes down at
    the counter what this consumer says; None for whoever acts in person.
    """

    id: int
    kind: PersonKind
    display_name: str = ""
    locale: str = "zh_CN"
    owns: frozenset[int] = field(default_factory=frozenset)
    clerks_in: frozenset[int] = field(default_factory=frozenset)
    region: str | None = None
    rank: OfficerRole | None = None
    hand: "Viewer | None" = None

    # What Flask-Login asks of a person, kept plain so that the domain does not import it.
    is_authenticated = True
    is_anonymous = False
    is_active = True

    def get_id(self) -> str:
        return str(self.id)

    @property
    def is_consumer(self) -> bool:
        return self.kind is PersonKind.CONSUMER

    @property
    def is_staff(self) -> bool:
        return self.kind is PersonKind.STAFF

    @property
    def is_officer(self) -> bool:
        return self.kind is PersonKind.OFFICER

    @property
    def is_supervisor(self) -> bool:
        return self.rank is OfficerRole.SUPERVISOR

    @property
    def staff_role(self) -> StaffRole | None:
        if not self.is_staff:
            return None
        return StaffRole.OWNER if self.owns else StaffRole.CLERK
