"""A CSV file is read as people's programs write it, and a broken line stays alone."""

from pathlib import Path

import pytest

from portal.core.errors import RuleBroken
from portal.merchants.records import LONGEST_LINE
from portal.merchants.sheet import Line, fold_heading, open_sheet
from tests.merchants.lists import write

COLUMNS = {"name": ("名称", "店名"), "address": ("地址",), "phone": ("联系电话",)}
GOOD = {"name": "老张面馆", "address": "湖滨路1号", "phone": "12315"}


def read(folder: Path, text: str | bytes, encoding: str = "utf-8") -> list[Line]:
    sheet = open_sheet(write(folder, text, encoding), COLUMNS, ("name",))
    with sheet.file:
        return list(sheet.lines())


def unusable(folder: Path, text: str | bytes) -> str:
    with pytest.raises(RuleBroken) as refused:
        read(folder, text)
    return str(refused.value)


def reasons(lines: list[Line]) -> dict[int, str]:
    return {line.number: str(line.broken) for line in lines if line.broken}


def good(lines: list[Line]) -> list[int]:
    return [line.number for line in lines if not line.broken]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_chinese_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str, end: str) -> None:
    text = f"名称,地址,联系电话{end}老张面馆,湖滨路1号,12315{end}"
    assert read(tmp_path, text, encoding) == [Line(2, GOOD)]


def test_damaged_bytes_cost_their_line_and_do_not_change_the_encoding(tmp_path: Path) -> None:
    lines = ["名称,地址,联系电话", *("老张面馆,湖滨路1号,12315" for _ in range(3))]
    for encoding in ("utf-8", "gb18030"):
        data = [line.encode(encoding) for line in lines]
        data[2] = b"\xff\xfe" + data[2]
        read_lines = read(tmp_path, b"\n".join(data))
        assert good(read_lines) == [2, 4]
        assert reasons(read_lines) == {3: "This line has bytes that are no text in the encoding of the file."}
        assert read_lines[2].cells == GOOD


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，"])
def test_the_delimiter_is_the_one_that_makes_sense_of_the_heading(tmp_path: Path, delimiter: str) -> None:
    text = "\n".join(delimiter.join(cells) for cells in [("名称", "地址", "联系电话"), tuple(GOOD.values())])
    assert read(tmp_path, text) == [Line(2, GOOD)]


def test_headings_are_known_by_their_synonyms_whatever_stands_around_them(tmp_path: Path) -> None:
    text = "序号, 店名 ,ADDRESS,联系电话（手机）,,\n7,老张面馆,湖滨路1号,12315,,\n"
    assert read(tmp_path, text) == [Line(2, GOOD)]
    assert fold_heading(" Store_Name ") == "storename"


def test_a_cell_may_hold_delimiters_quotes_and_lines(tmp_path: Path) -> None:
    text = '名称,地址,联系电话\n"张记""老字号"",面馆","湖滨路1号\n2楼",1\n下一家,,\n'
    assert read(tmp_path, text) == [
        Line(2, {"name": '张记"老字号",面馆', "address": "湖滨路1号\n2楼", "phone": "1"}),
        Line(4, {"name": "下一家", "address": "", "phone": ""}),
    ]


def test_a_quotation_mark_inside_a_cell_is_only_a_character(tmp_path: Path) -> None:
    assert read(tmp_path, '名称,地址,联系电话\n55" 电视,a,b\n')[0].cells["name"] == '55" 电视'


def test_a_quotation_mark_that_never_closes_costs_one_line(tmp_path: Path) -> None:
    body = "\n".join(f"店{n},路{n},{n}" for n in range(30))
    lines = read(tmp_path, f'名称,地址,联系电话\n"坏,路,1\n{body}\n"也坏,路,1\n末,路,1\n')
    mark = "The quotation marks of this line do not match."
    assert reasons(lines) == {2: mark, 33: mark}
    assert good(lines) == [*range(3, 33), 34]


def test_two_lines_that_together_close_a_quotation_do_not_swallow_those_between(tmp_path: Path) -> None:
    lines = read(tmp_path, '名称,地址,联系电话\n"坏,路,1\n好,路,1\n"坏,路,1\n好,路,1\n')
    assert good(lines) == [3, 5]
    assert sorted(reasons(lines)) == [2, 4]


def test_ragged_lines_are_told_with_both_numbers_and_blank_ones_passed_over(tmp_path: Path) -> None:
    lines = read(tmp_path, "名称,地址,联系电话\na,b\n\n,,\na,b,c,d\na,b,c,,\n")
    assert reasons(lines) == {
        2: "This line has 2 columns, the heading has 3.",
        5: "This line has 4 columns, the heading has 3.",
    }
    assert good(lines) == [6]


def test_nul_bytes_and_endless_lines_cost_their_line(tmp_path: Path) -> None:
    long = "x" * (3 * LONGEST_LINE)
    lines = read(tmp_path, f"名称,地址,联系电话\na\0,b,c\n{long},b,c\na,b,c\n")
    assert reasons(lines) == {
        2: "This line has bytes that are no text in the encoding of the file.",
        3: f"This line is longer than {LONGEST_LINE} characters.",
    }
    assert good(lines) == [4]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf\r\n", "The file is empty."),
        (b"\0\1\2\xff" * 50, "The file begins with bytes that are no text. Is it a CSV file?"),
        (b"PK\x03\x04...", "This is an Excel workbook. In Excel, save it as “CSV UTF-8” first."),
        ("名称\n".encode("utf-16"), "This is UTF-16 text. In Excel, save it as “CSV UTF-8” instead."),
        ("地址\nx\n".encode(), "The first line names no column “名称” (or “name”)."),
        ("名称,店名\nx,y\n".encode(), "The first line names the column “名称” twice."),
        ("名稱\n店\n".encode("big5"), "The first line names no column “名称” (or “name”)."),
    ],
)
def test_a_file_of_no_use_is_refused_in_one_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    assert unusable(tmp_path, content) == sentence


def test_progress_ends_at_the_end_of_the_file(tmp_path: Path) -> None:
    file = write(tmp_path, "名称\n" + "店\n" * 5000)
    behind: list[int] = []
    sheet = open_sheet(file, COLUMNS, ("name",))
    with sheet.file:
        assert len(list(sheet.lines(behind.append))) == 5000
    assert behind == sorted(behind)
    assert behind[-1] == file.stat().st_size
