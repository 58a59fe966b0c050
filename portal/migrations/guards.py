"""What the database itself refuses: changing an event, a settlement, or the terms of an offer."""

from alembic import op

NEVER_CHANGED = ("dispute_events", "settlements")
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
