"""Every line of the table that people of the law write (data/truth.csv) comes out as they say."""

from pathlib import Path

import pytest

from portal.return_policies.answers import Outcome, Trouble, Why, answer_from, plain
from portal.return_policies.clauses import Clause
from portal.return_policies.entitlement import entitlement
from tests.return_policies.truth import PLEDGES, TRUTH, Example, WrongTable, examples, told_of

EXAMPLES = examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_it_comes_out_as_the_table_says(example: Example):
    answer = entitlement(example.terms, example.purchase)
    rights, missed = told_of(example, answer)
    assert (answer.outcome, rights, missed) == (example.outcome, example.rights, example.missed), example.name
    assert answer_from(plain(answer)) == answer


def test_the_table_is_long_enough_and_speaks_of_everything():
    assert len(EXAMPLES) >= 40
    assert {one.outcome for one in EXAMPLES} == set(Outcome)
    assert {one.purchase.trouble for one in EXAMPLES} == set(Trouble)
    assert {missed["why"] for one in EXAMPLES for missed in one.missed} == set(Why)
    given = {right["clause"] for one in EXAMPLES for right in one.rights.values()}
    assert given == {Clause.QUALITY_RETURN, Clause.NO_REASON, Clause.EXCHANGE, Clause.REPAIR, Clause.PREPAID}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("样例,承诺", "样例,政策", "truth.csv 的列应为"),
        ("当天买当天退,服装店", "当天买当天退,没有的店", "没有“没有的店”，可写：法定"),
        ("2026-03-02,2026-03-02", "2026-03-02,2026-02-30", "“2026-02-30”不是日期"),
        ("至2026-03-09；399元；第2条；7天内；消费者付运费", "至2026-03-09；三百元；第2条", "看不懂“三百元”"),
        ("至2026-03-09；399元；第2条；7天内；消费者付运费", "399元；第2条", "要写最后一天"),
        ("第2条已过期（2026-03-09）", "二条过期", "看不懂“二条过期”"),
        ("第2条已过期（2026-03-09）", "第99条已过期", "没有“99”"),
        (",89,无权", ",89元,无权", "“89元”不是金额"),
        ("当天买当天退,", "第七天是最后一天,", "样例重名：第七天是最后一天"),
        ("当天买当天退,", "当天买当天退,,", "有 15 格"),
    ],
)
def test_a_slip_in_the_table_is_named(tmp_path: Path, old: str, new: str, said: str):
    wrong = tmp_path / "truth.csv"
    text = TRUTH.read_text(encoding="utf-8-sig")
    assert old in text
    wrong.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WrongTable, match=said):
        examples(wrong)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("项目", "条款", "truth_pledges.csv 的列应为"),
        ("服装店,不合适可换（天）,15", "服装店,不合适可换,15", "没有“不合适可换”"),
        ("服装店,不合适可换（天）,15", "服装店,不合适可换（天）,十五", "“十五”不是整数"),
        ("美容店,卡内余额可退,是", "美容店,卡内余额可退,可以", "没有“可以”，可写：是、否"),
    ],
)
def test_a_slip_in_the_pledges_is_named(tmp_path: Path, old: str, new: str, said: str):
    wrong = tmp_path / "truth_pledges.csv"
    lines = PLEDGES.read_text(encoding="utf-8-sig").splitlines()
    changed = [line if line.startswith("#") else line.replace(old, new) for line in lines]
    assert changed != lines
    wrong.write_text("\n".join(changed), encoding="utf-8")
    with pytest.raises(WrongTable, match=said):
        examples(TRUTH, wrong)
