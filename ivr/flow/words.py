"""The prompts that the flow itself says, by id: the longest each may be, and the key it names, if any.

Menus and segments name their own prompts in helpline.toml; these are the same for every helpline.
"""

from dataclasses import dataclass

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = range(24)

COUNSELLOR, EMERGENCY, BACK, AGAIN = "0", "9", "*", "#"
ENDS_MESSAGE = AGAIN + COUNSELLOR + EMERGENCY + BACK
LANGUAGES_A_PAGE = 8
MORE_LANGUAGES = "8"


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a prompt of the flow must keep to: its seconds, its key, and whether callers hear it."""

    seconds: float
    key: str | None = None
    for_callers: bool = True


FIXED: dict[str, Fixed] = {
    "welcome": Fixed(4),
    "menu.help": Fixed(8),
    "segment.end": Fixed(8),
    "wrong.key": Fixed(4),
    "no.key": Fixed(4),
    "to.person": Fixed(8),
    "ring.looking": Fixed(8),
    "ring.next": Fixed(8),
    "closed.nobody": Fixed(8),
    "closed.opens": Fixed(4),
    "nobody.answered": Fixed(8),
    "day.today": Fixed(3),
    "day.tomorrow": Fixed(3),
    **{f"day.{day}": Fixed(3) for day in WEEKDAYS},
    **{f"hour.{hour}": Fixed(3) for hour in HOURS},
    "emergency.reminder": Fixed(8),
    "message.offer": Fixed(8, "1"),
    "again.counsellor": Fixed(8, "2"),
    "again.menu": Fixed(8, "3"),
    "message.speak": Fixed(8),
    "message.moment": Fixed(4),
    "message.listen": Fixed(4),
    "message.keep": Fixed(8, "1"),
    "message.again": Fixed(8, "2"),
    "message.unheard": Fixed(8),
    "message.kept": Fixed(8),
    "message.empty": Fixed(8),
    "message.lost": Fixed(8),
    "after.conversation": Fixed(8),
    "after.choice": Fixed(8),
    "goodbye": Fixed(8),
    "trouble": Fixed(8),
    "trouble.nobody": Fixed(8),
    "fallback.apology": Fixed(8),
    "screen.call": Fixed(8, for_callers=False),
    "screen.accept": Fixed(8, for_callers=False),
    "screen.again": Fixed(4, for_callers=False),
    "screen.bye": Fixed(4, for_callers=False),
}
LANGUAGE_CHOICE = Fixed(3)
LANGUAGE_MORE = Fixed(8, MORE_LANGUAGES)
SPEAKS = Fixed(3, for_callers=False)
TOPIC = Fixed(3, for_callers=False)
CHOICE_SECONDS = 8
PART_SECONDS = 15
SEGMENT_SECONDS = 45
