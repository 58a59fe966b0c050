"""Pictures as phones make them, and as liars do."""

from io import BytesIO

from PIL import Image
from werkzeug.datastructures import FileStorage

PLACE = {1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 9.0, 0.0)}
SECRET = b"<script>alert('in the comment')</script>"


def jpeg(colour: str = "red", size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo with the place it was taken at, and a comment that means harm."""
    exif = Image.Exif()
    exif[0x8825] = PLACE
    exif[0x010F] = "HarmPhone"
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif, comment=SECRET)
    return out.getvalue()


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "green").save(out, kind)
    return out.getvalue()


def upload(*contents: bytes, name: str = "photo") -> list[FileStorage]:
    """Files as a browser sends them, all of one field."""
    return [
        FileStorage(BytesIO(content), f"{name}{n}.jpg", content_type="image/jpeg")
        for n, content in enumerate(contents)
    ]
