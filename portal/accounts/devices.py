"""What a session was opened with, in two words: enough to recognise one's own phone, no more."""

from portal.core.words import N_

# The first mark that stands in the User-Agent decides; the code before it is what is stored.
_APPS = (
    ("wechat", "MicroMessenger"),
    ("alipay", "AlipayClient"),
    ("edge", "Edg"),
    ("firefox", "Firefox/"),
    ("firefox", "FxiOS/"),
    ("huawei", "HuaweiBrowser"),
    ("miui", "MiuiBrowser"),
    ("qq", "QQBrowser"),
    ("uc", "UCBrowser"),
    ("chrome", "CriOS/"),
    ("chrome", "Chrome/"),
    ("safari", "Safari/"),
)
_SYSTEMS = (
    ("harmony", "OpenHarmony"),
    ("harmony", "HarmonyOS"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("mac", "Macintosh"),
    ("linux", "Linux"),
)
NAMES = {
    "wechat": N_("WeChat"),
    "alipay": N_("Alipay"),
    "edge": N_("Edge"),
    "firefox": N_("Firefox"),
    "huawei": N_("Huawei browser"),
    "miui": N_("Xiaomi browser"),
    "qq": N_("QQ browser"),
    "uc": N_("UC browser"),
    "chrome": N_("Chrome"),
    "safari": N_("Safari"),
    "harmony": N_("HarmonyOS"),
    "iphone": N_("iPhone"),
    "ipad": N_("iPad"),
    "android": N_("Android phone"),
    "windows": N_("Windows computer"),
    "mac": N_("Mac"),
    "linux": N_("Linux computer"),
}


def device_of(user_agent: str) -> str:
    """A device as it is stored, such as `iphone wechat`; what is not recognised is left out."""
    known = (next((code for code, mark in marks if mark in user_agent), None) for marks in (_SYSTEMS, _APPS))
    return " ".join(code for code in known if code)


def device_names(device: str) -> list[str]:
    """The msgids of what was stored; empty for an unknown device."""
    return [NAMES[code] for code in device.split() if code in NAMES]
