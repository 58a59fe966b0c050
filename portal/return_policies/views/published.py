"""What pages, feed and data say of a published policy: its key lines, its bureau, its schema.org form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext

from portal.extensions import db
from portal.regions.models import City
from portal.return_policies.categories import Tree
from portal.return_policies.clauses import UNSET, Terms
from portal.return_policies.floors import law
from portal.return_policies.models import StandardVersion
from portal.return_policies.queries.public import StorePledge
from portal.return_policies.schema_org import Wording, property_value, return_policy
from portal.return_policies.views.saying import sentence
from portal.return_policies.wording import Said, term_said

# What people ask first, in the order in which they ask it.
ASKED_FIRST = (
    "no_reason_days", "quality_return_days", "prepaid_cancel_days", "prepaid_balance", "automatic_fen",
    "fit_exchange_days", "refund_within_days", "repair_days", "quality_exchange_days", "cross_store",
)  # fmt: skip
KEY_LINES = 4


def key_lines(terms: Terms, tree: Tree, locale: str) -> list[str]:
    """The few sentences by which people choose a shop."""
    said = (term_said(name, terms) for name in ASKED_FIRST)
    return [sentence(line, tree, locale) for line in said if line is not None][:KEY_LINES]


def bureau_of(version: StandardVersion, locale: str) -> str:
    """The bureau that published it: a city's by its own name, others by that of their region."""
    region = version.standard.region
    if region.level == "city":
        city = db.session().get(City, region.code)
        if city is not None:
            return city.bureau_name(locale)
    return gettext("Market Supervision of %(place)s", place=region.name(locale))


def public_address(path: str) -> str:
    """A path as people outside reach it."""
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + path


@dataclass(frozen=True)
class Named:
    """Of which store a document speaks, and in which words; all of its policies are read in one language."""

    code: str
    locale: str
    tree: Tree

    @property
    def wording(self) -> Wording:
        say: Callable[[Said], str] = lambda line: sentence(line, self.tree, self.locale)  # noqa: E731
        return Wording(say, gettext, lambda code: self.tree.name(code, self.locale))

    def policies(self, pledges: list[StorePledge]) -> list[dict[str, Any]]:
        """One MerchantReturnPolicy for each pledge; for a store without one, what the law gives."""
        return [self._pledged(one) for one in pledges] or [self._lawful()]

    def _pledged(self, one: StorePledge) -> dict[str, Any]:
        pledge, standard = one.pledge, one.version.standard
        about = [
            property_value("goods", gettext("Kind of goods"), self.wording.goods(pledge.category_code)),
            property_value("version", gettext("Version"), pledge.version),
            property_value("valid_from", gettext("Holds from"), pledge.starts_on.isoformat()),
        ]
        if pledge.ends_on is not None:
            about.append(property_value("valid_through", gettext("Ends with"), pledge.ends_on.isoformat()))
        if basis := one.version.basis(self.locale):
            about.append(property_value("legal_basis", gettext("Legal basis"), basis))
        return return_policy(
            UNSET | pledge.terms,
            self.wording,
            **{"@id": public_address(f"/stores/{self.code}/return-policy.json#{standard.slug}")},
            name=standard.title(self.locale),
            merchantReturnLink=public_address(f"/standards/{standard.slug}/{pledge.version}"),
            additionalProperty=about,
        )

    def _lawful(self) -> dict[str, Any]:
        floor = law()
        basis = floor.basis_en if self.locale == "en" else floor.basis_zh
        return return_policy(
            floor.terms,
            self.wording,
            **{"@id": public_address(f"/stores/{self.code}/return-policy.json#law")},
            name=gettext("What the law gives"),
            additionalProperty=[property_value("legal_basis", gettext("Legal basis"), basis)],
        )
