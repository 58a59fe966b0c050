"""The index of the store search: SQLite's FTS5 table with its triggers, PostgreSQL's column with a GIN index.

A later migration that rebuilds `stores` on SQLite (batch mode) loses the triggers with the old table: it must
call remove() before and install() after.
"""

from alembic import op

# One token a Chinese character is made by portal.core.words.unigrams; nothing is left to the tokenizer.
TABLE = """CREATE VIRTUAL TABLE store_search USING fts5(
    search_text, content='stores', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"""
ADD = "INSERT INTO store_search(rowid, search_text) VALUES (new.id, new.search_text)"
TAKE_OUT = """INSERT INTO store_search(store_search, rowid, search_text)
    VALUES ('delete', old.id, old.search_text)"""
TRIGGERS = {
    "INSERT": ADD,
    "DELETE": TAKE_OUT,
    "UPDATE OF search_text": f"{TAKE_OUT}; {ADD}",
}


def install() -> None:
    """Make the index and fill it from the stores there are, in the dialect of the database at hand."""
    (_sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql)()


def remove() -> None:
    """Drop it again, so that the table can be dropped or rebuilt."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE stores DROP COLUMN IF EXISTS store_search")  # takes its index along
        return
    for event in TRIGGERS:
        op.execute(f"DROP TRIGGER IF EXISTS {_name(event)}")
    op.execute("DROP TABLE IF EXISTS store_search")


def _sqlite() -> None:
    op.execute(TABLE)
    for event, act in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {_name(event)} AFTER {event} ON stores BEGIN {act}; END")
    op.execute("INSERT INTO store_search(store_search) VALUES ('rebuild')")


def _postgresql() -> None:
    # Stored, since a word that every store has is not looked up but compared row by row (0.7 s, now 25 ms).
    op.execute(
        "ALTER TABLE stores ADD COLUMN store_search tsvector "
        "GENERATED ALWAYS AS (to_tsvector('simple', search_text)) STORED"
    )
    op.execute("CREATE INDEX store_search_gin ON stores USING gin (store_search)")


def _name(event: str) -> str:
    return f"store_search_{event.split(maxsplit=1)[0].lower()}"
