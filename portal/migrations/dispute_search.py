"""The index of the officers' search: an FTS5 table with triggers on SQLite, a GIN index on PostgreSQL.

The same as portal/migrations/search.py for `stores`; a migration that rebuilds `dispute_words` in a batch on
SQLite must call remove() before and install() after.
"""

from alembic import op

TABLE = """CREATE VIRTUAL TABLE dispute_search USING fts5(
    text, content='dispute_words', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"""
ADD = "INSERT INTO dispute_search(rowid, text) VALUES (new.id, new.text)"
TAKE_OUT = "INSERT INTO dispute_search(dispute_search, rowid, text) VALUES ('delete', old.id, old.text)"
TRIGGERS = {"INSERT": ADD, "DELETE": TAKE_OUT, "UPDATE OF text": f"{TAKE_OUT}; {ADD}"}


def install() -> None:
    """Make the index and fill it from the words there are, in the dialect of the database at hand."""
    (_sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql)()


def remove() -> None:
    """Drop it again, so that the table can be dropped or rebuilt."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE dispute_words DROP COLUMN IF EXISTS dispute_search")  # takes its index along
        return
    for event in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {_name(event)}")
    op.execute("DROP TABLE IF EXISTS dispute_search")


def _sqlite() -> None:
    op.execute(TABLE)
    for event, act in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {_name(event)} AFTER {event} ON dispute_words BEGIN {act}; END")
    op.execute("INSERT INTO dispute_search(dispute_search) VALUES ('rebuild')")


def _postgresql() -> None:
    op.execute(
        "ALTER TABLE dispute_words ADD COLUMN dispute_search tsvector "
        "GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED"
    )
    op.execute("CREATE INDEX dispute_search_gin ON dispute_words USING gin (dispute_search)")


def _name(event: str) -> str:
    return f"dispute_search_{event.split(maxsplit=1)[0].lower()}"
