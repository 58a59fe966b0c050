"""Photos: drawn anew, bare of what the phone wrote into them; lies, bombs and ruins get a sentence each."""

import hashlib
import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from portal.disputes.models import Dispute, Evidence
from tests.disputes.pictures import SECRET, jpeg, picture, upload
from tests.disputes.test_refused_forms import sentences
from tests.disputes.visits import Visitors, post_act
from tests.makers import Town, file


@pytest.fixture
def dispute(db_session: Session, town: Town) -> Dispute:
    made = file(db_session, town.store, town.alice)
    db_session.commit()
    return made


def kept(session: Session) -> list[Evidence]:
    session.commit()
    return list(session.scalars(sa.select(Evidence).order_by(Evidence.added_at, Evidence.id)))


def png_of(width: int, height: int) -> bytes:
    """A picture of one colour that is small on its way and enormous once it is opened."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer, rows = zlib.compressobj(9), b"\0" + b"\0" * width
    data = b"".join(packer.compress(rows) for _ in range(height)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_photo_is_kept_without_its_place_its_phone_and_its_comment(
    visitors: Visitors, db_session: Session, dispute: Dispute, instance: Path
):
    sent = jpeg(size=(400, 300))
    assert (SECRET in sent, b"HarmPhone" in sent) == (True, True)
    post_act(visitors["alice"], dispute.ref, "messages", text="看图。", photos=upload(sent))
    (photo,) = kept(db_session)
    assert photo.original_sha256 == hashlib.sha256(sent).hexdigest()
    for size in ("", "?size=thumb"):
        shown = visitors["bob"].get(f"/disputes/{dispute.ref}/evidence/{photo.id}{size}").get_data()
        assert (SECRET in shown, b"HarmPhone" in shown, b"Exif" in shown) == (False, False, False)
        with Image.open(BytesIO(shown)) as opened:
            assert dict(opened.getexif()) == {}
            assert "comment" not in opened.info
    stored = [place.read_bytes() for place in (instance / "evidence").rglob("*.jpg")]
    assert sorted(hashlib.sha256(content).hexdigest() + ".jpg" for content in stored) == sorted(
        {photo.file, photo.thumb}
    )
    assert [content for content in stored if SECRET in content] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_phones_make_is_taken_whatever_it_is_called(
    visitors: Visitors, db_session: Session, dispute: Dispute, kind: str
):
    answer = post_act(
        visitors["alice"], dispute.ref, "messages", photos=upload(picture(kind), name="../../照片.exe")
    )
    assert answer.status_code == 303
    (photo,) = kept(db_session)
    shown = visitors["alice"].get(f"/disputes/{dispute.ref}/evidence/{photo.id}")
    assert (shown.mimetype, shown.get_data()[:2]) == ("image/jpeg", b"\xff\xd8")


LIES = {
    "a page": b"<html><script>alert(1)</script></html>",
    "an svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a gif": picture("GIF"),
    "a bmp": picture("BMP"),
    "a tiff": picture("TIFF"),
    "a pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj",
    "a zip": b"PK\x03\x04" + b"\0" * 200,
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "a cut-off photo": jpeg(size=(800, 600))[:900],
    "a photo with its end torn": picture("PNG", (300, 300))[:-40],
    "a heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100,
    "too many pixels": png_of(12_000, 9_000),
    "a jpeg that only begins so": b"\xff\xd8\xff\xe0" + b"A" * 5_000,
    "more than ten megabytes": b"\xff\xd8\xff\xe0" + b"\0" * (10 * 1024 * 1024),
}


@pytest.mark.parametrize("lie", list(LIES))
def test_what_is_no_photo_gets_a_sentence_and_the_good_ones_stay(
    visitors: Visitors, db_session: Session, dispute: Dispute, lie: str
):
    files = [*upload(jpeg()), FileStorage(BytesIO(LIES[lie]), "假照片.jpg", content_type="image/jpeg")]
    answer = post_act(
        visitors["alice"], dispute.ref, "messages", text="请看。", photos=files, key="k", last_seq="1"
    )
    assert answer.status_code == 422
    said = sentences(answer)
    assert list(said) == ["photos"]
    assert said["photos"].startswith("假照片.jpg")
    assert [photo.dispute_id for photo in kept(db_session)] == [None]
    assert "请看。" in answer.text


def test_nine_photos_are_taken_and_of_more_the_first_nine_are_kept(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    alice = visitors["alice"]
    answer = post_act(alice, dispute.ref, "messages", key="k", photos=upload(*[jpeg()] * 12))
    assert (answer.status_code, list(sentences(answer))) == (422, ["photos"])
    assert len(kept(db_session)) == 9
    ids = [photo.id for photo in kept(db_session)]
    again = post_act(alice, dispute.ref, "messages", key="k", photos_kept=ids[:5], photos=upload(jpeg()))
    assert again.status_code == 303
    assert [photo.seq for photo in kept(db_session)] == [2] * 6


def test_a_request_that_is_far_too_large_is_413_and_nothing_breaks(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    """What is announced is enough: nothing of it is read."""
    answer = visitors["alice"].post(
        f"/disputes/{dispute.ref}/messages",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(101 * 1024 * 1024)},
    )
    assert answer.status_code == 413
    assert kept(db_session) == []


# Werkzeug leaves the files of a form that it has refused half-way to Python's collector, which closes them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_form_of_a_thousand_parts_is_refused(visitors: Visitors, dispute: Dispute):
    answer = post_act(visitors["alice"], dispute.ref, "messages", photos=upload(*[b"x"] * 1_000))
    assert answer.status_code == 413


# Who sees a photo


def test_a_photo_is_for_its_parties_and_cannot_run_or_be_kept(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    post_act(visitors["alice"], dispute.ref, "messages", photos=upload(jpeg()))
    (photo,) = kept(db_session)
    address = f"/disputes/{dispute.ref}/evidence/{photo.id}"
    for who in ("alice", "bob", "carol", "grace"):
        answer = visitors[who].get(address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store, private"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert visitors["mallory"].get(address).status_code == 404
    assert visitors["nobody"].get(address).status_code == 303


def test_a_photo_of_one_dispute_is_not_found_under_another(
    visitors: Visitors, db_session: Session, town: Town, dispute: Dispute
):
    """Mallory has a dispute of her own, and the number of a photo of Alice's."""
    post_act(visitors["alice"], dispute.ref, "messages", photos=upload(jpeg()))
    (photo,) = kept(db_session)
    own = file(db_session, town.store, town.mallory)
    assert visitors["mallory"].get(f"/disputes/{own.ref}/evidence/{photo.id}").status_code == 404


def test_a_photo_not_yet_sent_is_seen_by_its_owner_alone(
    visitors: Visitors, db_session: Session, dispute: Dispute
):
    post_act(visitors["alice"], dispute.ref, "messages", text="字" * 2001, key="k", photos=upload(jpeg()))
    (photo,) = kept(db_session)
    address = f"/disputes/{dispute.ref}/evidence/{photo.id}"
    assert [visitors[who].get(address).status_code for who in ("alice", "bob", "carol", "grace")] == [
        200,
        404,
        404,
        404,
    ]


@pytest.mark.parametrize("id_", ["", "x", "0" * 24, "..%2F..%2Fetc%2Fpasswd", "0" * 5000])
def test_a_photo_that_is_not_there_is_404(visitors: Visitors, dispute: Dispute, id_: str):
    assert visitors["alice"].get(f"/disputes/{dispute.ref}/evidence/{id_}").status_code in (400, 404)
