"""The prompts that the flow itself says, by id: the longest each may be, and the key it names, if any.

Menus and segments name their own prompts in helpline.toml; these are the same for every helpline.
"""

from ivr.flow.fixed import Fixed
from ivr.flow.words_to_callers import CALLERS
from ivr.flow.words_to_counsellors import COUNSELLORS
from ivr.flow.words_to_recorders import RECORDERS

COUNSELLOR, EMERGENCY, BACK, AGAIN = "0", "9", "*", "#"
ENDS_MESSAGE = AGAIN + COUNSELLOR + EMERGENCY + BACK
LANGUAGES_A_PAGE = 8
MORE_LANGUAGES = "8"

FIXED: dict[str, Fixed] = {**CALLERS, **COUNSELLORS, **RECORDERS}
LANGUAGE_CHOICE = Fixed(3)
LANGUAGE_MORE = Fixed(8, MORE_LANGUAGES)
SPEAKS = Fixed(3, for_callers=False)
TOPIC = Fixed(3, for_callers=False)
CHOICE_SECONDS = 8
PART_SECONDS = 15
SEGMENT_SECONDS = 45
