"""Lists of stores as bureaus send them."""

import csv
from io import StringIO
from pathlib import Path

HEADING = ("统一社会信用代码", "经营主体名称", "门店名称", "行业", "所在区划代码", "地址", "联系电话")
USCC, OTHER_USCC = "91330100799655058B", "9144030071526726XG"
GLACIER = (USCC, "杭州冰川电器有限公司", "冰川电器湖滨店", "家用电器", "330102", "湖滨路1号", "0571-88001234")
CHUNLAI = (OTHER_USCC, "春来超市有限公司", "春来超市", "supermarket", "330106", "西溪路5号", "13800001111")
STALL = ("", "个体户王芳", "王芳早点", "餐饮服务", "330106", "菜市场3号摊", "")


def row(base: tuple[str, ...] = GLACIER, **changes: str) -> tuple[str, ...]:
    """A line that says something else in some columns: row(phone="110")."""
    columns = ("uscc", "legal_name", "store_name", "trade", "region_code", "address", "phone")
    return tuple(changes.get(column, cell) for column, cell in zip(columns, base, strict=True))


def sheet(*rows: tuple[str, ...], heading: tuple[str, ...] = HEADING) -> str:
    out = StringIO()
    csv.writer(out).writerows([heading, *rows])
    return out.getvalue()


def write(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Path:
    file = folder / "stores.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return file
