"""docs/settings.md lists every setting, with the reason that stands in the code."""

from portal.config import PREFIX, ROOT, SETTINGS


def test_every_setting_is_listed_with_its_reason():
    rows = (ROOT / "docs" / "settings.md").read_text("utf-8").splitlines()
    listed = {
        row.split(" | ")[0].strip("| `"): row.split(" | ")[-1].rstrip(" |")
        for row in rows
        if row[:3] == "| `"
    }
    assert listed == {f"{PREFIX}{setting.name}": setting.why for setting in SETTINGS}
