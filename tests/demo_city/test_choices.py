"""The demo city's own lists: the default ones, a little longer, with hints."""

from portal.cli.demo_city import city_choices
from portal.regions.choices import Kind, defaults

# The law's own lists; what a merchant may be named for is a closed one.
LAST = {Kind.NOT_ACCEPTED: "other_law", Kind.TERMINATION: "other_law", Kind.NAMING: "warning"}


def test_the_lists_hold_the_default_ones_word_for_word() -> None:
    lists = city_choices()
    assert set(lists) == {str(kind) for kind in Kind}
    for kind, listed in defaults().items():
        words = [
            {name: said for name, said in choice.items() if not name.startswith("hint_")}
            for choice in lists[kind]
        ]
        assert [choice for choice in listed if choice not in words] == []


def test_codes_are_said_once_and_other_stays_last() -> None:
    for kind, listed in city_choices().items():
        codes = [choice["code"] for choice in listed]
        assert (len(codes), codes[-1]) == (len(set(codes)), LAST.get(Kind(kind), "other")), kind


def test_each_problem_has_a_hint_in_both_languages() -> None:
    problems = city_choices()["problem"]
    assert [problem["code"] for problem in problems if not (problem["hint_zh"] and problem["hint_en"])] == []


def test_the_default_lists_stay_as_they_are() -> None:
    before = {kind: [dict(choice) for choice in listed] for kind, listed in defaults().items()}
    city_choices()
    assert defaults() == before
