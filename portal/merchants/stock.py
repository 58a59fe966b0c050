"""Writing rows of a list of stores: what is new is added, what says something else is changed."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core.refs import new_store_code
from portal.merchants.models import Merchant, Store, search_text_of
from portal.merchants.rows import Row

CHANGING = ("trade", "phone", "city_code", "district_code")  # what a later list may say anew of a store


@dataclass
class Counts:
    """What became of the lines; `what_changed` counts columns, its legal_name merchants."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    what_changed: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: "Counts") -> "Counts":
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.rejected += other.rejected
        self.what_changed += other.what_changed
        return self


def write_rows(session: Session, rows: list[Row], now: datetime) -> Counts:
    """Bring the stores and merchants to what the rows say; the caller commits.

    rows: each about another store, and with one legal name for one code. Raises IntegrityError where another
    import adds the same at the same time, or where a store code drawn at random is taken: then try again.
    """
    known = _known_stores(session, rows)
    merchants = _known_merchants(session, rows)
    renamed = _rename(session, rows, merchants)
    new = [row for row in rows if row.key not in known]
    _add(session, new, merchants, now)
    changes = {row.number: _changes(row, known[row.key]) for row in rows if row.key in known}
    _change(session, [(known[row.key].id, row) for row in rows if changes.get(row.number)])
    changed = sum(1 for number, columns in changes.items() if columns or number in renamed)
    return Counts(
        added=len(new),
        changed=changed,
        unchanged=len(changes) - changed,
        what_changed=Counter(column for columns in changes.values() for column in columns)
        + Counter(legal_name=len(renamed)),
    )


def _known_stores(session: Session, rows: list[Row]) -> dict[str, sa.Row[Any]]:
    columns = (Store.id, Store.import_key, *(getattr(Store, column) for column in CHANGING))
    wanted = sa.select(*columns).where(Store.import_key.in_([row.key for row in rows]))
    return {store.import_key: store for store in session.execute(wanted)}


def _known_merchants(session: Session, rows: list[Row]) -> dict[str, tuple[int, str]]:
    """{USCC: (id, legal name)}."""
    wanted = sa.select(Merchant.uscc, Merchant.id, Merchant.legal_name).where(
        Merchant.uscc.in_({row.uscc for row in rows if row.uscc})
    )
    return {code: (id_, legal_name) for code, id_, legal_name in session.execute(wanted) if code}


def _rename(session: Session, rows: list[Row], merchants: dict[str, tuple[int, str]]) -> set[int]:
    """Give merchants the legal name of the list; gives the numbers of the lines that first say so."""
    lines: dict[int, Row] = {}
    for row in rows:
        id_, legal_name = merchants.get(row.uscc or "", (0, row.legal_name))
        if legal_name != row.legal_name:
            lines.setdefault(id_, row)
    if not lines:
        return set()
    session.execute(
        sa.update(Merchant), [{"id": id_, "legal_name": row.legal_name} for id_, row in lines.items()]
    )
    _refresh_search(session, {id_: row.legal_name for id_, row in lines.items()})
    return {row.number for row in lines.values()}


def _refresh_search(session: Session, legal_names: dict[int, str]) -> None:
    """Let all stores of the merchants be found by the new names, those that are not on the list too."""
    columns = (Store.id, Store.name, Store.address, Store.merchant_id)
    theirs = session.execute(sa.select(*columns).where(Store.merchant_id.in_(legal_names)))
    texts = [
        {
            "id": store.id,
            "search_text": search_text_of(store.name, legal_names[store.merchant_id], store.address),
        }
        for store in theirs
    ]
    if texts:
        session.execute(sa.update(Store), texts)


def _add(session: Session, rows: list[Row], merchants: dict[str, tuple[int, str]], now: datetime) -> None:
    """Add stores and new merchants. Without a code, nothing proves that two stalls are one merchant's."""
    coded = {row.uscc: _merchant(row, now) for row in rows if row.uscc and row.uscc not in merchants}
    stalls = {row.key: _merchant(row, now) for row in rows if not row.uscc}
    if coded:
        session.execute(sa.insert(Merchant), [*coded.values()])
        merchants = _known_merchants(session, rows)
    ids = {code: id_ for code, (id_, _) in merchants.items()}
    if stalls:
        added = sa.insert(Merchant).returning(Merchant.id, sort_by_parameter_order=True)
        ids |= zip(stalls, session.scalars(added, [*stalls.values()]), strict=True)
    if rows:
        session.execute(sa.insert(Store), [_store(row, ids[row.uscc or row.key], now) for row in rows])


def _merchant(row: Row, now: datetime) -> dict[str, Any]:
    return {
        "uscc": row.uscc,
        "legal_name": row.legal_name,
        "city_code": row.city_code,
        "created_at": now,
    }


def _store(row: Row, merchant_id: int, now: datetime) -> dict[str, Any]:
    return {
        "code": new_store_code(),
        "merchant_id": merchant_id,
        "city_code": row.city_code,
        "district_code": row.district_code,
        "name": row.name,
        "trade": row.trade,
        "address": row.address,
        "phone": row.phone,
        "import_key": row.key,
        "search_text": search_text_of(row.name, row.legal_name, row.address),
        "created_at": now,
    }


def _changes(row: Row, store: sa.Row[Any]) -> list[str]:
    return [column for column in CHANGING if getattr(row, column) != getattr(store, column)]


def _change(session: Session, stores: list[tuple[int, Row]]) -> None:
    if stores:
        values = [{"id": id_} | {column: getattr(row, column) for column in CHANGING} for id_, row in stores]
        session.execute(sa.update(Store), values)
