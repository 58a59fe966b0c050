"""`python3 -m portal bench flows`: the hot paths on both databases, beside a bare page on the same server.

Each database is filled by `hejie demo` and `hejie simulate`, served by `hejie serve`, and asked by
users on keep-alive connections of this machine. Ratios within one run hold; the figures do not.
"""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session

from benchmarks.load import Measured, User, measure
from portal.accounts.models import Membership, OfficerPost, PersonKind, SignedInSession
from portal.accounts.sessions import session_id
from portal.accounts.viewer import Viewer
from portal.cli.run import end, start, wait_until_up
from portal.config import ROOT
from portal.core.clock import now, today
from portal.core.refs import new_token
from portal.core.sqlite import prepare_sqlite
from portal.disputes.actions.talks import post_message
from portal.disputes.models import Dispute
from portal.disputes.workflow import TALKS
from portal.merchants.models import Store
from tests.postgres import running_postgres

BOUNDARY = "hejie-benchmark"
SEEDED = 20  # events of the thread that is read


def main(*, disputes: int, users: int, seconds: float, out: Path) -> None:
    """Measure both databases and the bare page; print a table and write `out` as JSON."""
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="hb-") as folder:
        place = Path(folder)
        results["SQLite"] = portal(place / "s", f"sqlite:///{place}/s/h.sqlite", disputes, users, seconds)
        with running_postgres(durable=True) as url:
            results["PostgreSQL"] = portal(place / "p", url, disputes, users, seconds)
    out.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\nWritten to {out}")


def portal(place: Path, url: str, disputes: int, users: int, seconds: float) -> dict[str, Any]:
    """All flows on one database, printed as they come."""
    place.mkdir(parents=True)
    settings = environment(place, url)
    for verb in (["migrate"], ["demo"], ["simulate", "--disputes", str(disputes), "--seed", "1"]):
        print(f"{url.partition(':')[0]}: hejie {' '.join(verb)}", flush=True)
        subprocess.run([sys.executable, "-m", "portal.cli", *verb], env=settings, cwd=ROOT, check=True)
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    with Session(engine) as session:
        scene = prepare(session, users)
        session.commit()
    engine.dispose()
    with served(settings) as address:
        flows = flows_of(address, scene, users)
        size = len(flows["thread of 20 events"][0][0].get(f"/disputes/{scene['thread']}")[1])
        found = {
            name: report(name, measure(people, send, seconds=seconds, right=right))
            for name, (people, send, right) in flows.items()
        }
    with bare(settings, size) as address:
        plain, name = [User(address) for _ in range(users)], f"bare page of {size // 1000} KB"
        asked = measure(plain, lambda user: user.get("/")[0], seconds=seconds, right={200})
        found[name] = report(name, asked)
    return {name: asdict(measured) for name, measured in found.items()}


def environment(place: Path, url: str) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("HEJIE_")} | {
        "HEJIE_DATABASE_URL": url,
        "HEJIE_INSTANCE": str(place),
        "HEJIE_SECRET_KEY": "of the benchmark, long enough to be taken",
        "HEJIE_DEMO": "1",
        "HEJIE_PORT": str(free_port()),
    }


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def prepare(session: Session, users: int) -> dict[str, Any]:
    """Who asks for what: a thread of 20 events, the fullest inbox, a store; every user signed in."""
    thread = session.scalars(
        sa.select(Dispute).where(Dispute.state.in_(TALKS)).order_by(Dispute.last_seq.desc(), Dispute.id)
    ).first()
    assert thread is not None
    converse(session, thread)
    fullest = session.execute(
        sa.select(Membership.person_id, sa.func.count())
        .join(Dispute, Dispute.merchant_id == Membership.merchant_id)
        .where(Membership.role == "owner")
        .group_by(Membership.person_id)
        .order_by(sa.func.count().desc())
    ).first()
    assert fullest is not None
    officer = session.scalars(
        sa.select(OfficerPost.person_id).where(OfficerPost.region_code == thread.city_code)
    ).first()
    assert officer is not None
    shoppers = session.scalars(
        sa.select(Dispute.consumer_id).where(Dispute.id != thread.id).distinct().limit(users)
    ).all()
    print(f"  the fullest inbox of a shop holds {fullest[1]} disputes")
    return {
        "thread": thread.ref,
        "store": session.get_one(Store, thread.store_id).code,
        "parties": [signed_in(session, thread.consumer_id) for _ in range(users)],
        "owners": [signed_in(session, fullest[0]) for _ in range(users)],
        "officers": [signed_in(session, officer) for _ in range(users)],
        "shoppers": [signed_in(session, person) for person in shoppers],
    }


def converse(session: Session, dispute: Dispute) -> None:
    """Bring the thread to 20 events, through the portal's own action."""
    consumer = Viewer(id=dispute.consumer_id, kind=PersonKind.CONSUMER)
    while dispute.last_seq < SEEDED:
        text = "您好，冰箱还是不制冷，请问什么时候能上门看看？"
        post_message(session, dispute, consumer, text=text, now=now())


def signed_in(session: Session, person: int) -> str:
    """The cookie of an open session."""
    token = new_token(256)
    data = {"_user_id": str(person), "_fresh": True}
    session.add(
        SignedInSession(id=session_id(token), person_id=person, data=data, created_at=now(), seen_at=now())
    )
    return f"hejie={token}"


Flow = tuple[list[User], Callable[[User], int], set[int]]


def flows_of(address: str, scene: dict[str, Any], users: int) -> dict[str, Flow]:
    """Each flow: who, what one of them sends, and which answers are right."""
    thread, store = f"/disputes/{scene['thread']}", scene["store"]
    day = (today(now(), "Asia/Shanghai") - timedelta(days=3)).isoformat()
    photo = jpeg()
    complaint = {
        "store": store, "problem": "quality", "bought_on": day, "paid": "8000", "remedy": "refund",
        "claim": "8000", "goods": "双门冰箱", "story": "冰箱用了三天就不制冷，商家说离柜概不负责。",
    }  # fmt: skip

    def token(user: User, page: str) -> str:
        if "token" not in user.memory:
            text = user.get(page)[1].decode()
            user.memory["token"] = re.findall(r'name="csrf_token" value="([^"]+)"', text)[0]
        return user.memory["token"]

    def reading(path: str) -> Callable[[User], int]:
        return lambda user: user.get(path)[0]

    def writing(user: User) -> int:
        fields = {
            "csrf_token": token(user, f"{thread}?act=message"),
            "text": "请问有结果了吗？",
            "key": new_token(),
        }
        return user.post(f"{thread}/messages", fields)[0]

    def filing(user: User) -> int:
        fields = {**complaint, "csrf_token": token(user, f"/disputes/new?store={store}"), "key": new_token()}
        return user.post("/disputes", fields)[0]

    def filing_with_photo(user: User) -> int:
        fields = {**complaint, "csrf_token": token(user, f"/disputes/new?store={store}"), "key": new_token()}
        return user.post_parts("/disputes", parts(fields, photo), BOUNDARY)[0]

    def people(who: str) -> list[User]:
        cookies = scene.get(who) or [""] * users
        return [User(address, cookie) for cookie in cookies]

    return {
        "thread of 20 events": (people("parties"), reading(thread), {200}),
        "inbox of 25": (people("owners"), reading("/disputes"), {200}),
        "inbox of 25, whole city": (people("officers"), reading("/disputes"), {200}),
        "store page": (people("nobody"), reading(f"/stores/{store}"), {200}),
        "board": (people("nobody"), reading("/board"), {200}),
        "message": (people("parties"), writing, {303}),
        "filing": (people("shoppers"), filing, {303}),
        "filing with a photo": (people("shoppers"), filing_with_photo, {303}),
    }


def jpeg() -> bytes:
    """A photo as the portal's script sends it: 1600 × 1200, with the noise that a camera has."""
    out = BytesIO()
    Image.effect_noise((1600, 1200), 40).convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()


def parts(fields: dict[str, str], photo: bytes) -> bytes:
    text = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head = 'Content-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg'
    return f"{text}--{BOUNDARY}\r\n{head}\r\n\r\n".encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()


@contextmanager
def served(settings: dict[str, str]) -> Iterator[str]:
    """The portal as an operator runs it: web and worker."""
    address = f"http://127.0.0.1:{settings['HEJIE_PORT']}"
    children = {verb: start(verb, settings) for verb in ("serve", "worker")}
    try:
        wait_until_up(address, children)
        yield address
    finally:
        end(children)


@contextmanager
def bare(settings: dict[str, str], size: int) -> Iterator[str]:
    """The bare page on the same server, with the same processes and threads."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = settings | {"HEJIE_PORT": str(port), "BARE_BYTES": str(size)}
    child = subprocess.Popen([sys.executable, "-m", "benchmarks.bare"], env=environment, cwd=ROOT)
    try:
        wait_until_up(address, {"serve": child})
        yield address
    finally:
        end({"bare": child})


def report(name: str, measured: Measured) -> Measured:
    wrong = f"  WRONG ANSWERS: {measured.wrong}" if measured.wrong else ""
    print(
        f"  {name:<26}{measured.rate:8.0f}/s   p50 {measured.p50:6.1f}   p95 {measured.p95:6.1f}   "
        f"p99 {measured.p99:6.1f} ms{wrong}",
        flush=True,
    )
    return measured
