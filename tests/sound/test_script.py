from html.parser import HTMLParser

from ivr.content.catalogue import Content, Language, Prompt
from ivr.flow.helpline import Helpline
from ivr.sound.script import script_page


class Page(HTMLParser):
    """What a reader sees, in order, and whatever the page would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.fetched: list[str] = []
        self.boxes = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.boxes += found.get("class") == "box"
        self.fetched += [value for name, value in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def page_of(*prompts: Prompt) -> Page:
    helpline = Helpline("Themba", ("zu",), "main", "overdose", {}, {})
    content = Content(
        helpline, {"zu": Language("zu", "isiZulu")}, {"zu": {each.id: each for each in prompts}}
    )
    return Page(script_page(content, "zu"))


def test_every_prompt_stands_in_the_script_in_order_with_all_a_reader_needs() -> None:
    page = page_of(
        Prompt("menu", "zu", "Cindezela u-1 <manje> & lalela.", "Calmly.", 12, 2),
        Prompt("welcome", "zu", "Sawubona.", "", 8.5, 1, needed=False),
    )
    text = "\n".join(page.texts)

    assert text.index("Sawubona.") < text.index("Cindezela u-1 <manje> & lalela.")
    for part in ("1", "2", "welcome · at most 8.5 s · may follow later", "menu · at most 12 s", "Calmly."):
        assert part in text
    assert 2 == page.boxes


def test_the_script_can_be_printed_without_a_network() -> None:
    assert [] == page_of(Prompt("welcome", "zu", "Sawubona.", "", 8, 1)).fetched


def test_a_sound_is_shown_as_no_words_to_read() -> None:
    page = page_of(
        Prompt("wait.comfort", "zu", "", "A sound, not words.", 15, 1, needed=False, wordless=True)
    )

    assert "♪" in page.texts
    assert "A sound, not words." in page.texts
