"""What strangers put where a word, a number or a file is expected."""

import random
from collections.abc import Sequence

WORDS = (
    "",
    " ",
    "\0",
    "a\0b",
    "0",
    "-1",
    "1",
    "7",
    "2147483648",
    "9223372036854775808",
    "-9223372036854775809",
    "9" * 400,
    "1e400",
    "nan",
    "inf~x",
    "1767600000.0~CA1",
    "٣",  # a digit to Python, though not to a database
    "²",
    "0x10",
    "1_000",
    "true",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "2026-W01-1",
    "20260105",
    "2026-01-05",
    "9999-12-31T23:59:59+14:00",
    "0001-01-01T00:00:00-14:00",
    "2026-01-05T12:00:00+00:00",
    "2026-01-05T12:00",
    "23:59:59.999999",
    "24:00",
    "06:00",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "C:\\windows\\win.ini",
    "//evil.example/x",
    "https://evil.example/",
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>'",
    "{{7*7}}{% debug %}",
    "{key} {0.__class__} {",
    "%s%n%(x)s",
    "a\r\nX-Evil: 1\r\n\r\n<b>",
    "=HYPERLINK(1)",
    "' OR 1=1 --",
    "%_\\",
    "\u202egnp.exe",
    "\ufeff",
    "\ud7ff\ue000\U0010ffff",
    "🦄" * 60,
    "é" * 3000,
    "a" * 70_000,
    "http://127.0.0.1:1/",
    "webcal://[::1",
    "http://[",
    "+27821110001",
    "+19005550100",
    "en",
    "xx",
    "welcome",
    "yes",
    "on",
    "all",
    "None",
    "[]",
    '{"a":1}',
)
ENCODED = ("%00", "%ff", "%ed%a0%80", "%0d%0aX-Evil:1", "%c3%28", "..%2f..%2f", "%2e%2e", "%", "%zz")
_EVENT = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Thandi\n%bEND:VEVENT\nEND:VCALENDAR\n"
FILES = (
    b"",
    b"\0" * 100,
    b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0",
    b"PK\5\6" + b"\xff" * 18,
    b"PK\3\4" + b"\0" * 60,
    b"name,phone,languages,priority\n=1+1,+27821110009,en,1\n",
    b"name,phone,languages,priority\n\xff\xfe,+27821110009,en,1\n",
    _EVENT % b"UID:\0\nDTSTART:99991231T235959Z\nDTEND:00010101T000000Z\n",
    _EVENT % b"UID:x\nDTSTART:20260105T000000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY;INTERVAL=1\n",
    b"[" * 2000,
)
NAMES = ("welcome.wav", "../../x.wav", "a\0.zip", "x.zip", "=cmd.csv", "<b>.ics", "." * 300, "")


def word(chance: random.Random, usual: Sequence[str] = ()) -> str:
    """A word: one of `usual` every other time, else a hostile one, or a few letters of any kind."""
    if usual and chance.random() < 0.5:
        return chance.choice(usual)
    if chance.random() < 0.8:
        return chance.choice(WORDS)
    return "".join(chr(chance.choice((chance.randrange(256), chance.randrange(0xD7FF)))) for _ in range(9))
