"""What the database itself refuses: to change what is settled, and to show an officer another region.

SQLite has no row security, so there the officers' scope rests on portal.regions.scope alone.
"""

from alembic import op

NEVER_CHANGED = ("dispute_events", "settlements")
SCOPED = ("disputes", "reports")
REGION = "current_setting('hejie.region', true)"  # set for an officer's transactions (portal.extensions)
# The same as portal.regions.scope.within: 330000 is a province, 330100 a city, 330102 a district.
WITHIN = f"""
  coalesce({REGION}, '') = ''
  OR district_code = {REGION}
  OR (right({REGION}, 2) = '00' AND city_code = {REGION})
  OR (right({REGION}, 4) = '0000' AND left(city_code, 2) = left({REGION}, 2))
"""
OFFER_TERMS = ("dispute_id", "n", "seq", "party", "remedy", "amount_fen", "perform_by", "valid_until")


def install() -> None:
    """Make the triggers, in the dialect of the database at hand."""
    (_sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql)()


def remove() -> None:
    """Drop them again, so that the tables can be dropped."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS never_changed CASCADE")


def _sqlite() -> None:
    for table in NEVER_CHANGED:
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END"
            )
    op.execute(
        f"CREATE TRIGGER offers_no_update BEFORE UPDATE OF {', '.join(OFFER_TERMS)} ON offers "
        "BEGIN SELECT RAISE(ABORT, 'the terms of an offer are never changed'); END"
    )
    op.execute(
        "CREATE TRIGGER offers_no_delete BEFORE DELETE ON offers "
        "BEGIN SELECT RAISE(ABORT, 'offers are never changed'); END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE FUNCTION never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% are never changed', TG_TABLE_NAME; END $$"
    )
    for table in NEVER_CHANGED:
        op.execute(
            f"CREATE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION never_changed()"
        )
    op.execute(
        f"CREATE TRIGGER offers_guard BEFORE UPDATE OF {', '.join(OFFER_TERMS)} OR DELETE ON offers "
        "FOR EACH ROW EXECUTE FUNCTION never_changed()"
    )
    for table in SCOPED:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        )  # for the tables' owner, who the portal is
        op.execute(f"CREATE POLICY officers_region ON {table} USING ({WITHIN})")


def refuse(table: str, columns: str, *, when: str = "", delete: bool = True) -> None:
    """Refuse to change these columns of a table's rows, and to delete the rows; `when`: only of such rows."""
    condition = f" WHEN ({when})" if when else ""
    acts = [("update", f"UPDATE OF {columns}")] + ([("delete", "DELETE")] if delete else [])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for name, act in acts:
        op.execute(
            f"CREATE TRIGGER {table}_kept_{name} BEFORE {act} ON {table} "
            + (f"{condition} BEGIN SELECT RAISE(ABORT, '{table} are never changed'); END" if sqlite else "")
            + ("" if sqlite else f"FOR EACH ROW{condition} EXECUTE FUNCTION never_changed()")
        )


def allow(table: str) -> None:
    """Take back what `refuse` refuses."""
    on = "" if op.get_bind().dialect.name == "sqlite" else f" ON {table}"
    for name in ("update", "delete"):
        op.execute(f"DROP TRIGGER IF EXISTS {table}_kept_{name}{on}")
