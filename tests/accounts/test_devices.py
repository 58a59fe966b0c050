"""A device is remembered in two words, and shown so that its owner knows it."""

import pytest

from portal.accounts.devices import NAMES, device_names, device_of

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (f"Mozilla/5.0 (Linux; Android 13) {WEBKIT} MicroMessenger/8.0", "android wechat"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17) {WEBKIT} AlipayClient/10", "iphone alipay"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Edg/120", "windows edge"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 13) AppleWebKit/605 Version/17 Safari/605", "mac safari"),
        (f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {WEBKIT} HuaweiBrowser/5", "harmony huawei"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0", "linux firefox"),
        ("curl/8", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)  # fmt: skip
def test_a_device_is_recognised(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
    assert device_names(device) == [NAMES[code] for code in device.split()]


def test_what_an_older_version_stored_does_not_break_the_page() -> None:
    assert device_names("android netscape") == ["Android phone"]
