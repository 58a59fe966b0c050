"""From a pasted bill the form is filled with what the bill says for certain, and with nothing else."""

import time
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.bills import Bill, read_bill

BEIJING = ZoneInfo("Asia/Shanghai")
PAID = datetime(2026, 11, 20, 14, 32, 10, tzinfo=BEIJING)

WECHAT = """账单详情
老张家电(西湖店)
-8000.00
当前状态
支付成功
支付时间
2026年11月20日 14:32:10
商品
美的冰箱BCD-320
商户全称
杭州老张家电有限公司
收单机构
财付通支付科技有限公司
支付方式
招商银行(1234)
交易单号
4200002345202611201234567890
商户单号
可在支持的商户扫码退款
10001234567890
账单服务
对此订单有疑问
"""
FROM_WECHAT = Bill(
    merchant="杭州老张家电有限公司",
    goods="美的冰箱BCD-320",
    paid_fen=800_000,
    paid_on=PAID.date(),
    paid_at=PAID,
    order_no="4200002345202611201234567890",
    channel="wechat",
)
ALIPAY = """老张家电
-8,000.00
交易成功
付款方式  招商银行储蓄卡(1234)
商品说明  冰箱BCD-320 双门
收款方全称：杭州老张家电有限公司
创建时间 2026-11-20 14:30:00
支付时间 2026-11-20 14:32:10
订单号 2026112022001412341234567890
商家订单号 T200P12345678901234
账单分类 家居家装
"""
FROM_ALIPAY = Bill(
    merchant="杭州老张家电有限公司",
    goods="冰箱BCD-320 双门",
    paid_fen=800_000,
    paid_on=PAID.date(),
    paid_at=PAID,
    order_no="2026112022001412341234567890",
    channel="alipay",
)
LABELS = [
    "商品",
    "商户全称",
    "收款方",
    "支付时间",
    "创建时间",
    "付款金额",
    "金额",
    "交易单号",
    "订单号",
    "当前状态",
]
VALUES = [
    "冰箱",
    "8000.00",
    "-￥8,000.00",
    "2026-11-20 14:32:10",
    "2026年2月30日",
    "25:61",
    "4200002345202611201234567890",
]
PIECES = st.one_of(
    st.sampled_from(LABELS), st.sampled_from(VALUES), st.text(max_size=8), st.sampled_from("：:\n 　-￥")
)


def test_a_wechat_bill_is_read() -> None:
    assert read_bill(WECHAT) == FROM_WECHAT


def test_an_alipay_bill_is_read() -> None:
    assert read_bill(ALIPAY) == FROM_ALIPAY


def test_bank_and_card_are_not_kept() -> None:
    assert "招商" not in repr(read_bill(WECHAT)) + repr(read_bill(ALIPAY))
    assert "1234)" not in repr(read_bill(WECHAT)) + repr(read_bill(ALIPAY))


def same_line(text: str, colon: str) -> str:
    """The WeChat bill with each label and its value on one line."""
    lines = text.splitlines()
    pairs = zip(lines[3:15:2], lines[4:16:2], strict=True)
    return "\n".join([*lines[:3], *(label + colon + value for label, value in pairs), *lines[15:]])


@pytest.mark.parametrize("colon", ["：", ":", " ", "\t", "： ", " ：\u3000", "\u3000"])
def test_label_and_value_may_stand_on_one_line(colon: str) -> None:
    assert read_bill(same_line(WECHAT, colon)) == FROM_WECHAT


@pytest.mark.parametrize(
    "text",
    [
        WECHAT.replace("\n", "\r\n"),
        WECHAT.replace("\n", "\n\n"),
        WECHAT.replace("\n", " \u200b\n  "),
        WECHAT.replace("\n", " "),
        WECHAT.replace("-8000.00", "￥8000.00"),
        WECHAT.replace("-8000.00", "－￥8,000.00"),
        WECHAT.replace("-8000.00", "−８０００．００"),
        WECHAT.replace("(西湖店)\n-8000.00", "(西湖店)   -8000.00"),
        WECHAT.replace("2026年11月20日 14:32:10", "2026-11-20 14:32:10"),
        WECHAT.replace("2026年11月20日 14:32:10", "2026/11/20\n14:32:10"),
        WECHAT.replace("2026年11月20日 14:32:10", "２０２６年１１月２０日　１４：３２：１０"),
        WECHAT.replace("2026年11月20日 14:32:10", "2026年11月20日 星期五 14:32:10"),
        WECHAT.replace("杭州老张家电有限公司", "杭州老张家电有限公司 >"),
        "14:35\n" + WECHAT,
    ],
)
def test_a_bill_may_be_copied_in_many_ways(text: str) -> None:
    assert read_bill(text) == FROM_WECHAT


def test_labels_may_come_in_any_order() -> None:
    lines = ALIPAY.splitlines()
    assert read_bill("\n".join([*lines[:3], *reversed(lines[3:])])) == FROM_ALIPAY


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        (WECHAT.replace("-8000.00\n", ""), {"paid_fen": None}),
        (WECHAT.replace("-8000.00", "+8000.00"), {"paid_fen": None}),
        (WECHAT.replace("-8000.00", "8000"), {"paid_fen": None}),
        (WECHAT.replace("-8000.00", "-0.00"), {"paid_fen": None}),
        (WECHAT + "实付金额\n7000.00\n", {"paid_fen": None}),
        (WECHAT + "退款金额\n￥500.00\n", {}),
        (WECHAT + "付款金额：8000元\n", {}),
        (WECHAT.replace("-8000.00\n", "") + "金额(元)：-8000.00\n", {}),
        (WECHAT.replace("-8000.00", "-7900.00") + "订单金额 8000.00\n优惠 -100.00\n", {"paid_fen": 790_000}),
        (WECHAT.replace(" 14:32:10", ""), {"paid_at": None}),
        (WECHAT.replace(" 14:32:10", " 14:32"), {"paid_at": PAID.replace(second=0)}),
        (WECHAT.replace("14:32:10", "25:61:10"), {"paid_at": None, "paid_on": None}),
        (WECHAT.replace("11月20日", "2月30日"), {"paid_at": None, "paid_on": None}),
        (WECHAT.replace("2026年", ""), {"paid_at": None, "paid_on": None}),
        (WECHAT.replace("4200002345202611201234567890", "待生成"), {"order_no": "10001234567890"}),
        (WECHAT.replace("美的冰箱BCD-320", "商户单号XP1126112014321000"), {"goods": None}),
        (WECHAT.replace("美的冰箱BCD-320", "/"), {"goods": None}),
        (WECHAT.replace("美的冰箱BCD-320", "冰" * 101), {"goods": None}),
        (WECHAT.replace("商户全称\n杭州老张家电有限公司\n", ""), {"merchant": "老张家电(西湖店)"}),
        (
            WECHAT.replace("商户全称\n杭州老张家电有限公司\n", "").replace("老张", "扫二维码付款-给老张", 1),
            {"merchant": "老张家电(西湖店)"},
        ),
        (WECHAT.replace("商户全称", "收款方"), {}),
        (WECHAT + "商户全称\n另一家公司\n", {"merchant": None}),
        (WECHAT + "商品\n洗衣机\n", {"goods": None}),
        (WECHAT + "支付宝\n", {"channel": None}),
    ],
)
def test_what_is_missing_or_said_in_two_ways_is_left_empty(text: str, changed: dict[str, object]) -> None:
    assert read_bill(text) == replace(FROM_WECHAT, **changed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n",
        "我在 商家 买了冰箱，三天就不制冷",
        "冰箱 8000.00",
        "老张家电\n-8000.00",
        "<script>alert(1)</script>",
        "\x00\ud800\u202e",
    ],
)
def test_what_is_no_bill_gives_an_empty_one(text: str) -> None:
    assert read_bill(text) == Bill()


def test_two_bills_at_once_leave_empty_what_differs() -> None:
    other = (
        WECHAT.replace("8000.00", "59.00").replace("老张家电有限公司", "小李面馆").replace("冰箱", "片儿川")
    )
    both = read_bill(WECHAT + other)
    assert (both.merchant, both.goods, both.paid_on, both.channel) == (
        None,
        None,
        date(2026, 11, 20),
        "wechat",
    )


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_gives_a_bill_that_holds_together(text: str) -> None:
    bill = read_bill(text)
    assert read_bill(text) == bill
    assert bill.paid_fen is None or bill.paid_fen > 0
    assert bill.paid_at is None or bill.paid_at.date() == bill.paid_on
    assert bill.order_no is None or 8 <= len(bill.order_no) <= 64
    assert all(name is None or 0 < len(name) <= 100 for name in (bill.merchant, bill.goods))


@pytest.mark.parametrize(
    "piece", ["商品 ", "商品:", "金额 8000.00\n", "2026-", "-", "\u0301", "1", "a_", WECHAT]
)
def test_a_text_of_100000_characters_takes_no_time(piece: str) -> None:
    before = time.process_time()
    read_bill(piece * (100_000 // len(piece)))
    assert time.process_time() - before < 2
