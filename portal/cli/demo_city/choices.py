"""The demo city's own lists: the default ones and what it adds, with hints for people who write."""

from portal.cli.demo_city.files import rows, toml
from portal.regions.choices import defaults

LAST = "other"


def city_choices() -> dict[str, list[dict[str, str]]]:
    """Every list of the demo city, {kind: [{"code", "zh", "en"}, …]}, ready for `City.choices`.

    A problem also has "hint_zh" and "hint_en": what to write down, and what to photograph.
    """
    own = toml("choices.toml")
    lists = {kind: _merged(listed, own.get(kind, [])) for kind, listed in defaults().items()}
    hints = {row["problem"]: row for row in rows("hints.csv")}
    for problem in lists["problem"]:
        hint = hints[problem["code"]]
        problem.update(hint_zh=hint["hint_zh"], hint_en=hint["hint_en"])
    return lists


def _merged(listed: list[dict[str, str]], added: list[dict[str, str]]) -> list[dict[str, str]]:
    before = [dict(choice) for choice in listed if choice["code"] != LAST]
    last = [dict(choice) for choice in listed if choice["code"] == LAST]
    return before + [dict(choice) for choice in added] + last
