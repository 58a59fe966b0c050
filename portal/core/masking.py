"""What of a person may be seen before they say so, and what of anybody may stand in a log."""

import re
import unicodedata

# The compound surnames that still occur; of a name only the surname is shown.
COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛司徒夏侯皇甫尉迟公孙慕容令狐宇文长孙东方南宫西门端木司空轩辕澹台"
        "赫连呼延闻人独孤申屠公冶钟离太史淳于濮阳百里东郭南门公羊万俟仲孙拓跋完颜第五梁丘",
    )
)

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")
_NOT_OF_A_NUMBER = re.compile(r"[\s\-‐-―−()]+")
_LONGEST_INPUT = 40


def is_mobile(text: str) -> str | None:
    """The 11 digits of a mainland mobile number as people write it, or None (trust.md 26)."""
    if len(text) > _LONGEST_INPUT:
        return None
    match = _MOBILE.fullmatch(_NOT_OF_A_NUMBER.sub("", unicodedata.normalize("NFKC", text)))
    return match[1] if match else None


def mask_phone(phone: str) -> str:
    """A mobile number as 138****5678; of any other number the last two digits."""
    if mobile := is_mobile(phone):
        return f"{mobile[:3]}****{mobile[-4:]}"
    return "****" + (phone[-2:] if len(phone) > 4 else "")


def mask_name(name: str) -> str:
    """A person's surname and a star, however long the rest: 王*, 欧阳*."""
    bare = name.strip()
    surname = bare[:2] if len(bare) > 2 and bare[:2] in COMPOUND_SURNAMES else bare[:1]
    return surname + "*"


def scrub_log(text: str) -> str:
    """A log line without phone, identity and card numbers, codes, tokens, passwords and mail addresses."""
    text = text.translate(_FULL_WIDTH_DIGITS)
    for pattern, replacement in _IN_LOGS:
        text = pattern.sub(replacement, text)
    return _LONG_WORD.sub(_hide_token, text)


def _hide_token(match: re.Match[str]) -> str:
    word = match[0]
    return word if _ORDINARY_WORD.fullmatch(word) else word[:4] + "…"


_FULL_WIDTH_DIGITS = {0xFF10 + value: str(value) for value in range(10)}
# Words end at Chinese characters too: 验证码123456. Each pattern begins where a word begins or has a
# bounded length, so that a log line of any size takes linear time.
_START, _END = "(?<![0-9A-Za-z.])", "(?![0-9A-Za-z])"
_IN_LOGS = (
    (re.compile(r"(://[^:/@\s]{1,64}:)[^@\s]{1,256}@"), r"\1***@"),
    (
        re.compile(
            r"""\b((?:password|passwd|secret|secret_key|token|csrf_token|totp|authorization|cookie|session)
            ["']?\s{0,4}[:=]\s{0,4}["']?)(?:(?:Bearer|Basic)\s+)?[^\s"'&,;}]+""",
            re.IGNORECASE | re.VERBOSE,
        ),
        r"\1***",
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"), "***@***"),
    (re.compile(r"(?<![0-9])(?:\+?86[- ]?)?(1[3-9][0-9])[- ]?[0-9]{4}[- ]?([0-9]{4})(?![0-9])"), r"\1****\2"),
    (re.compile(rf"{_START}(?:[0-9]{{15,19}}|[0-9]{{17}}[Xx]){_END}"), "****"),
    (re.compile(rf"{_START}0[0-9]{{2,3}}[- ]?[0-9]{{7,8}}{_END}"), "****"),
    (re.compile(rf"{_START}[0-9]{{6}}{_END}"), "******"),
)
# A long word of letters, digits, - and _ is a token, unless it is a snake_case or CamelCase name.
_LONG_WORD = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{20,}")
_ORDINARY_WORD = re.compile(r"[a-z_-]+|[A-Z_-]+|[A-Z]{0,8}(?:[A-Z][a-z]{2,})+")
