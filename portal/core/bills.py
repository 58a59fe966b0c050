"""What can be read for certain from a bill of WeChat or Alipay that somebody pastes.

Both apps show a heading (the payee and the sum), then labels with their values; what arrives here depends on
how it was copied: label and value on one line or on two, with or without colons, in any order. Only the
fields of Bill are kept; the rest of the text (bank, card, status) is not returned.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal, TypeVar
from zoneinfo import ZoneInfo

from portal.core.errors import RuleBroken
from portal.core.money import parse_yuan
from portal.core.words import tidy

Channel = Literal["wechat", "alipay"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Bill:
    """The fields of a bill; None is what the text does not say, or says in two ways.

    merchant: the legal name where the bill has it, else the name shown. paid_fen: positive. paid_at:
    aware, None where only the day is given. order_no: the payment's number, else the merchant's.
    """

    merchant: str | None = None
    goods: str | None = None
    paid_fen: int | None = None
    paid_on: date | None = None
    paid_at: datetime | None = None
    order_no: str | None = None
    channel: Channel | None = None


def read_bill(text: str) -> Bill:
    """Read a pasted bill; any text gives a Bill, one that is none gives an empty one."""
    bare = tidy(text[:_LONGEST_TEXT])
    labels = list(_LABEL.finditer(bare))
    if len({label[1] for label in labels}) < 2:  # one such word stands in many a text that is no bill
        return Bill()
    values = _values(bare, labels)
    payees, heading_fen = _heading(bare[: labels[0].start()])
    paid_on, paid_at = _sure(values.read("paid", _moment), values.read("made", _moment)) or (None, None)
    return Bill(
        merchant=_sure(values.read("legal name", _name), values.read("payee", _name), payees),
        goods=_sure(values.read("goods", _goods)),
        paid_fen=_sure([*values.read("paid sum", _amount), *heading_fen], values.read("sum", _amount)),
        paid_on=paid_on,
        paid_at=paid_at,
        order_no=_sure(values.read("payment no", _number), values.read("merchant no", _number)),
        channel=_channel(bare),
    )


class _Values:
    """What stands after each kind of label: up to the next label, in lines."""

    def __init__(self) -> None:
        self._chunks: dict[str, list[list[str]]] = {}

    def add(self, kind: str, lines: list[str]) -> None:
        self._chunks.setdefault(kind, []).append(lines)

    def read(self, kind: str, reader: Callable[[list[str]], T | None]) -> list[T]:
        """Everything that the reader makes out of this kind's values."""
        found = (reader(lines) for lines in self._chunks.get(kind, []))
        return [value for value in found if value is not None]


def _values(text: str, labels: list[re.Match[str]]) -> _Values:
    values = _Values()
    ends = [*(label.start() for label in labels[1:]), len(text)]
    for label, end in zip(labels, ends, strict=True):
        values.add(_KINDS[label[1]], _lines(text[label.end() : end]))
    return values


def _sure(*ranks: list[T]) -> T | None:
    """The one value of the first rank that has any; None where that rank contradicts itself."""
    for values in ranks:
        if values:
            return values[0] if all(value == values[0] for value in values) else None
    return None


def _heading(text: str) -> tuple[list[str], list[int]]:
    """The payee and the sum above the first label: the name stands right over the sum."""
    lines = _lines(_SPACE_BEFORE_SUM.sub("\n", text))
    # Digits alone may be anything; a sum has a sign, a point or a currency.
    places = (place for place, line in enumerate(lines) if not line.isdigit())
    sums = [(fen, place) for place in places if (fen := _amount([lines[place]]))]
    if not sums:
        return [], []
    place = sums[0][1]
    above = _BEFORE_A_NAME.sub("", lines[place - 1]) if place else ""
    name = None if above in _NOT_A_NAME else _name([above])
    return [name] if name else [], [fen for fen, _ in sums]


def _name(lines: list[str]) -> str | None:
    name = lines[0].rstrip(">›» ") if lines else ""
    return name if len(name) <= _LONGEST_NAME and re.search(r"[^\W\d_]", name) else None


def _goods(lines: list[str]) -> str | None:
    """The goods; a code payment says only that it was one."""
    goods = _name(lines)
    return None if goods is None or _NOT_GOODS.match(goods) else goods


def _amount(lines: list[str]) -> int | None:
    """The fen of a first line that is a sum of money and nothing else; what came in (+) was not paid."""
    match = _SUM.fullmatch(re.sub(r"\s", "", _folded(lines[0]))) if lines else None
    if match is None or match["sign"] == "+":
        return None
    try:
        return parse_yuan(match["digits"]) or None
    except RuleBroken:
        return None


def _moment(lines: list[str]) -> tuple[date, datetime | None] | None:
    """The day, and the time of day where there is one, on one line or on two."""
    match = _MOMENT.match(_folded(" ".join(lines[:2])))
    if match is None:
        return None
    try:
        day = date(*map(int, match.group(1, 2, 3)))
        if match[4] is None:
            return day, None
        clock = time(int(match[4]), int(match[5]), int(match[6] or 0))
    except ValueError:
        return None
    return day, datetime.combine(day, clock, _BEIJING)


def _number(lines: list[str]) -> str | None:
    """The first of the next lines that looks like a number: the apps put advice between."""
    numbers = (_folded(line) for line in lines[:3])
    return next((number for number in numbers if _NUMBER.fullmatch(number)), None)


def _channel(text: str) -> Channel | None:
    wechat, alipay = (bool(marks.search(text)) for marks in (_WECHAT, _ALIPAY))
    if wechat == alipay:
        return None
    return "wechat" if wechat else "alipay"


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


_LONGEST_TEXT = 5000
_LONGEST_NAME = 100
_BEIJING = ZoneInfo("Asia/Shanghai")  # both apps show it, wherever the phone is

_LABELS = {
    "legal name": "商户全称 收款方全称 商家全称",
    "payee": "收款方 收款商户 商户名称 商家名称 商户 商家 交易对方",
    "goods": "商品 商品说明 商品名称 商品信息",
    "paid": "支付时间 付款时间 交易时间 转账时间",
    "made": "创建时间 下单时间",
    "paid sum": "付款金额 支付金额 实付金额 实付款 实付",
    "sum": "金额 交易金额 订单金额",
    "payment no": "交易单号 订单号 交易号 转账单号",
    "merchant no": "商户单号 商家订单号 商户订单号",
    # Only to know where the value before them ends.
    "other": """
        当前状态 交易状态 支付方式 付款方式 收单机构 清算机构 支付奖励 支付优惠 商家优惠 平台优惠 优惠
        红包 立减 账单分类 账单服务 账单管理 标签 标签和备注 备注 计入收支 收款方备注 付款备注 转账备注
        转账说明 对方账户 交易类型 收/支 退款金额 退款时间 退款状态 退款单号 退款方式 收货地址 物流信息
        服务详情 联系商家 联系收款方 申请电子回单 查看往来记录 对此订单有疑问 发起12315和解 更多 投诉""",
}
_KINDS = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
_ANY_LABEL = "|".join(map(re.escape, sorted(_KINDS, key=len, reverse=True)))
_LABEL = re.compile(rf"(?<!\S)({_ANY_LABEL})(?:[（(]元[）)])?(?=[:：\s]|$)[:：\s]*")

_NOT_A_NAME = {"账单详情", "账单", "全部账单", "交易详情", "交易成功", "支付成功", "微信支付", "支付宝"}
_BEFORE_A_NAME = re.compile(r"^(?:账单详情\s+)?(?:(?:扫二维码付款|扫码付款|二维码付款|付款|转账)-?转?给)?")
_NOT_GOODS = re.compile(
    r"商户单号|商家订单号|收款方备注|付款备注|转账备注|转账|扫二维码付款|二维码收款|收钱码|经营码"
)
_SPACE_BEFORE_SUM = re.compile(
    r"(?<=\S)[ \u3000]+(?=[-+−–—]?[¥￥]?[0-9,]{1,16}\.[0-9]{2}元?\s*$)", re.MULTILINE
)
_SUM = re.compile(
    r"(?P<sign>[-+−–—]?)(?P<mark>¥?)(?P<digits>[0-9][0-9,]{0,15}(?P<point>\.[0-9]{2})?)(?P<unit>元?)"
)
_MOMENT = re.compile(
    r"(20[0-9]{2}) ?[-年/.] ?([0-9]{1,2}) ?[-月/.] ?([0-9]{1,2})(?![0-9]) ?日?"
    r"(?: ?(?:星期|周)[一二三四五六日天])?(?:[ T]?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?)?(?![0-9:])"
)
_NUMBER = re.compile(r"(?=(?:[A-Za-z_-]*[0-9]){6})[0-9A-Za-z_-]{8,64}")
_WECHAT = re.compile(r"微信|财付通|零钱通|(?<!\S)(?:商户全称|交易单号|商户单号|转账单号)(?![^\s:：])")
_ALIPAY = re.compile(r"支付宝|花呗|余额宝|(?<!\S)(?:商品说明|收款方全称|商家订单号|账单分类)(?![^\s:：])")
