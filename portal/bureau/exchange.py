"""What goes out for 12315, so that nobody types it again: a table, and a folder for each dispute."""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale, gettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from portal.accounts.viewer import Viewer
from portal.bureau.exchange_rows import HEADINGS, cells_of, read_batch
from portal.core.csv_text import BOM, line_of
from portal.core.files import open_stored
from portal.core.pdf import typeset
from portal.core.words import N_
from portal.disputes.models import Dispute, Evidence
from portal.disputes.official import IdentityView
from portal.disputes.photos import evidence_folder
from portal.disputes.queries import ThreadEvent, thread
from portal.disputes.views.naming import wordings
from portal.disputes.views.official_papers import paper_data
from portal.disputes.views.paper_list import papers_of
from portal.disputes.wording import PARTIES
from portal.disputes.workflow import WITH_BUREAU, Party
from portal.regions.models import City
from portal.regions.scope import within
from portal.web.shown import moment

TOGETHER = 50  # disputes that are read in one go
TABLE, FORM, TOLD = N_("disputes.csv"), N_("complaint-form.pdf"), N_("thread.txt")


def open_ids(session: Session, officer: Viewer) -> list[int]:
    """The disputes of the officer's region that are with the bureau, the oldest first."""
    wanted = sa.select(Dispute.id).where(
        within(officer.region, Dispute.city_code, Dispute.district_code), Dispute.state.in_(WITH_BUREAU)
    )
    return list(session.scalars(wanted.order_by(Dispute.id)))


def log_looks(session: Session, ids: Sequence[int], officer: Viewer, *, now: datetime) -> None:
    """Keep that the officer takes out who complains, for each dispute; the caller commits first."""
    rows = [{"dispute_id": id_, "officer_id": officer.id, "seen_at": now} for id_ in ids]
    if rows:
        session.execute(sa.insert(IdentityView), rows)


def table(session: Session, ids: Sequence[int], *, identity: bool) -> Iterator[str]:
    """The lines of the table, in Chinese for 12315, whatever language the officer reads."""
    with force_locale("zh_CN"):
        yield BOM + line_of(gettext(heading) for heading in HEADINGS)
    for start in range(0, len(ids), TOGETHER):
        with force_locale("zh_CN"):
            lines = [
                line_of(cells_of(one, identity=identity))
                for one in read_batch(session, ids[start : start + TOGETHER])
            ]
        session.expunge_all()
        yield "".join(lines)


class _Sink:
    """A file that only grows, and hands over what has been written since."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing to do: it is handed over when asked for."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def archive(session: Session, officer: Viewer, ids: Sequence[int], *, identity: bool) -> Iterator[bytes]:
    """A ZIP: the table, and for each dispute a folder with its complaint form, its thread and its photos."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as packed:  # type: ignore[call-overload]
        with packed.open(gettext(TABLE), "w") as out:
            for line in table(session, ids, identity=identity):
                out.write(line.encode())
        yield sink.taken()
        for id_ in ids:
            for name, data in _folder(session, officer, session.get_one(Dispute, id_), identity):
                packed.writestr(name, data)
                yield sink.taken()
            session.expunge_all()
    yield sink.taken()


def _folder(
    session: Session, officer: Viewer, dispute: Dispute, identity: bool
) -> Iterator[tuple[str, bytes]]:
    events = thread(session, dispute, officer)
    for paper in papers_of(events, Party.BUREAU):
        if paper.name == "complaint":
            data = paper_data(session, dispute, officer, paper, events, identity=identity)
            yield f"{dispute.ref}/{gettext(FORM)}", typeset("official.typ", data)
    yield f"{dispute.ref}/{gettext(TOLD)}", as_text(session, dispute, events).encode()
    held = sa.select(Evidence.file).where(Evidence.dispute_id == dispute.id)
    files = session.scalars(held.order_by(Evidence.seq, Evidence.added_at, Evidence.id)).all()
    for n, file in enumerate(files, 1):
        try:
            with open_stored(evidence_folder(), file) as stored:
                yield f"{dispute.ref}/{gettext('Photo %(n)s', n=n)}.jpg", stored.read()
        except FileNotFoundError:
            continue  # `hejie verify` says so; the rest is still of use


def as_text(session: Session, dispute: Dispute, events: Sequence[ThreadEvent]) -> str:
    """The thread as plain text, as Notepad opens it."""
    words = wordings(session.get_one(City, dispute.city_code))
    out = io.StringIO()
    out.write(BOM)
    for event in events:
        who = gettext(PARTIES[event.party])
        out.write(f"{event.seq}. {moment(event.at, with_year=True)}  {who}\r\n")
        for line in (_fact(dispute, event, words), event.text.replace("\n", "\r\n")):
            if line:
                out.write(f"{line}\r\n")
        out.write("\r\n")
    return out.getvalue()


def _fact(dispute: Dispute, event: ThreadEvent, words: dict[str, Callable[..., str]]) -> str:
    template = current_app.jinja_env.get_template(f"disputes/facts/{event.fact}.html")
    return Markup(template.render(e=event, dispute=dispute, **words)).striptags()  # noqa: S704 - our templates
