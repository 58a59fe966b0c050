"""What a store pledges, on paper: the lines of the poster on its door, and the card beside its till."""

from datetime import date
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from portal.core.pdf import typeset
from portal.merchants.poster import qr_code
from portal.merchants.queries import StorePage
from portal.return_policies.categories import Tree, tree_of
from portal.return_policies.clauses import UNSET
from portal.return_policies.queries.public import StorePledge, pledges_shown
from portal.return_policies.views.published import key_lines
from portal.return_policies.views.saying import paragraphs

LOCALES = ("zh_CN", "en")
MOST_LINES = 4


def store_promises(session: Session, store_id: int, on: date) -> list[tuple[str, str, str, str]]:
    """The headlines of what a store pledges on a day, at most four.

    Each is (goods, sentence, goods in English, sentence in English); [] where it pledges nothing.
    """
    shown = pledges_shown(session, store_id, on)
    if not shown:
        return []
    tree = tree_of(session, shown[0].city_code)
    each = [_headlines(one, tree) for one in shown]
    # One line of every pledge, then the second ones, so that none is crowded out by another.
    return [lines[n] for n in range(MOST_LINES) for lines in each if n < len(lines)][:MOST_LINES]


def till_card(store: StorePage, shown: list[StorePledge], tree: Tree, address: str) -> bytes:
    """A6 landscape pages as PDF, one for each pledge, the same bytes for the same pledges.

    In Chinese with the English of what matters most, whoever asks. address: of the store's page.
    """
    with force_locale("zh_CN"):
        cards = [_card(one, tree) for one in shown]
        words = {
            "title": gettext("This shop pledges"),
            "scan": gettext("Scan for more and for help"),
            "hotline": gettext("Hotline %(number)s", number=store.hotline),
            "code": gettext("Shop code %(code)s", code=f"{store.code[:4]} {store.code[4:]}"),
        }
    with force_locale("en"):
        words |= {
            "title_en": gettext("This shop pledges"),
            "scan_en": gettext("Scan for more and for help"),
        }
    about = {"name": store.name, "bureau": store.bureau_zh, "qr": qr_code(address)}
    return typeset("till_card.typ", words | about | {"cards": cards})


def _headlines(one: StorePledge, tree: Tree) -> list[tuple[str, str, str, str]]:
    said = []
    for locale in LOCALES:
        with force_locale(locale):
            lines = key_lines(UNSET | one.pledge.terms, tree, locale)
        said.append((tree.name(one.pledge.category_code, locale), [line.rstrip("。.") for line in lines]))
    (goods, lines), (goods_en, lines_en) = said
    return [(goods, zh, goods_en, en) for zh, en in zip(lines, lines_en, strict=True)]


def _card(one: StorePledge, tree: Tree) -> dict[str, Any]:
    standard, pledge = one.version.standard, one.pledge
    said = paragraphs(UNSET | pledge.terms, tree, "zh_CN")
    first, last = pledge.starts_on.isoformat(), pledge.ends_on
    dates = gettext("for purchases from %(day)s", day=first)
    if last is not None:
        dates = gettext("for purchases from %(first)s to %(last)s", first=first, last=last.isoformat())
    return {
        "goods": tree.name(pledge.category_code, "zh_CN"),
        "goods_en": tree.name(pledge.category_code, "en"),
        "standard": f"{standard.title_zh} · {gettext('Version %(n)s', n=pledge.version)} · {dates}",
        "clauses": [(str(each.number), each.title, "".join(each.lines)) for each in said],
    }
