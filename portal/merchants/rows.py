"""What one line of a list of stores must say, and what it means."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.core import uscc
from portal.core.errors import RuleBroken
from portal.core.words import N_, tidy, unigrams
from portal.regions.choices import Kind, choices
from portal.regions.models import City, Region

# Each column with the names under which registers, tax offices and spreadsheets know it.
COLUMNS = {
    "uscc": ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "credit code"),
    "legal_name": (
        "经营主体名称", "主体名称", "市场主体名称", "经营者名称", "企业名称", "公司名称", "单位名称",
        "商户名称", "merchant", "company",
    ),
    "store_name": ("门店名称", "门店", "店铺名称", "店名", "店招名称", "招牌名称", "store", "shop"),
    "trade": ("行业", "所属行业", "行业类别", "经营类别", "经营业态", "业态", "industry", "category"),
    "region_code": (
        "所在区划代码", "区划代码", "行政区划代码", "行政区划", "所在区划", "区域代码", "region",
        "district code",
    ),
    "address": ("地址", "门店地址", "经营地址", "经营场所", "详细地址", "住所"),
    "phone": ("联系电话", "电话", "电话号码", "联系方式", "手机", "手机号", "手机号码", "tel", "telephone"),
}  # fmt: skip
NEEDED = ("legal_name", "store_name", "region_code")
LONGEST = {"legal_name": 120, "store_name": 120, "address": 200}
UNKNOWN_TRADE = "other"

_NO_PHONE = {"", "-", "/", "\\", "无", "暂无", "无电话", "没有", "none", "n/a"}
_PHONE = re.compile(r"(?=(?:\D*\d){5})[+\d(][-\d()+ /,;、转*#]{3,29}")
_REGION = re.compile(r"(\d{6})(?:\d{3}|\d{6})?")  # a district, one of its streets, or a neighbourhood
_TURNED_INTO_A_NUMBER = re.compile(r"\d(?:\.\d+)?E\+\d+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A line that can be taken. `key` says which store it is, the same for every writing of it."""

    number: int
    key: str
    uscc: str | None
    legal_name: str
    name: str
    trade: str
    city_code: str
    district_code: str
    address: str
    phone: str


@dataclass(frozen=True)
class Places:
    """What is set up: {district: city}; by city its trades {code or wording: code}, and their wordings."""

    districts: Mapping[str, str]
    trades: Mapping[str, Mapping[str, str]]
    wordings: Mapping[str, str]

    def row(self, number: int, cells: Mapping[str, str], headings: Mapping[str, str]) -> Row:
        """What a line says; raises RuleBroken for the first thing wrong with it."""
        said = {column: _bare(cells.get(column, ""), headings.get(column, "")) for column in COLUMNS}
        for column, longest in LONGEST.items():
            if len(said[column]) > longest:
                message = N_("“%(column)s” is longer than %(most)s characters.")
                raise RuleBroken(None, message, column=headings[column], most=longest)
        if not unigrams(said["legal_name"]):
            raise RuleBroken(None, N_("The legal name of the merchant is missing."))
        code = _uscc(said["uscc"])
        district = self._district(said["region_code"])
        city = self.districts[district]
        name = said["store_name"] or said["legal_name"]
        return Row(
            number=number,
            key=import_key(code or said["legal_name"], name, said["address"]),
            uscc=code,
            legal_name=said["legal_name"],
            name=name,
            trade=self._trade(city, said["trade"]),
            city_code=city,
            district_code=district,
            address=said["address"],
            phone=_phone(said["phone"]),
        )

    def _district(self, text: str) -> str:
        match = _REGION.fullmatch(text)
        if match is None:
            raise RuleBroken(None, N_("“%(code)s” is no region code: six digits of GB/T 2260."), code=text)
        if match[1] in self.trades and match[1] not in self.districts:
            raise RuleBroken(None, N_("%(code)s is a whole city. Please name the district."), code=match[1])
        if match[1] not in self.districts:
            message = N_("The region %(code)s is in no city that is set up here.")
            raise RuleBroken(None, message, code=match[1])
        return match[1]

    def _trade(self, city: str, text: str) -> str:
        trades = self.trades[city]
        code = trades.get(_fold(text) or UNKNOWN_TRADE)
        if code is None:
            message = N_("The trade “%(trade)s” is not on the city's list: %(known)s.")
            raise RuleBroken(None, message, trade=text, known=self.wordings[city])
        return code


def places_of(session: Session) -> Places:
    """What the lines are held against. A city without districts is its own district."""
    cities = list(session.scalars(sa.select(City)))
    below = sa.select(Region.code, Region.parent_code).where(
        Region.parent_code.in_([city.code for city in cities])
    )
    districts = {row.code: row.parent_code for row in session.execute(below)}
    undivided = {city.code for city in cities} - {*districts.values()}
    lists = {city.code: choices(city.choices, Kind.TRADE) for city in cities}
    return Places(
        districts=districts | {code: code for code in undivided},
        trades={
            city: {_fold(trade[word]): trade["code"] for trade in trades for word in ("code", "zh", "en")}
            for city, trades in lists.items()
        },
        wordings={city: "、".join(trade["zh"] for trade in trades) for city, trades in lists.items()},
    )


def import_key(merchant: str, name: str, address: str) -> str:
    """The digest that says which store a line is about. merchant: the USCC, else the legal name."""
    return hashlib.sha256("\n".join(_fold(text) for text in (merchant, name, address)).encode()).hexdigest()


def _fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def _bare(cell: str, heading: str) -> str:
    """A cell without what spreadsheets put around it to keep leading zeros and to disarm formulas."""
    text = cell.strip()
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    elif text.startswith(("=", "＝")):
        raise RuleBroken(None, N_("“%(column)s” is a spreadsheet formula, not a text."), column=heading)
    elif text.startswith("'"):
        text = text[1:]
    return " ".join(tidy(text).split())


def _uscc(text: str) -> str | None:
    if not text:
        return None
    if _TURNED_INTO_A_NUMBER.fullmatch(text):
        raise RuleBroken(None, N_("A spreadsheet has cut the code down to a number: %(text)s."), text=text)
    if (wrong := uscc.check(text)) is not None:
        raise RuleBroken(None, wrong)
    return uscc.fold(text)


def _phone(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    if folded.lower() in _NO_PHONE:
        return ""
    if not _PHONE.fullmatch(folded):
        raise RuleBroken(None, N_("“%(phone)s” is no phone number."), phone=text[:40])
    return folded
