"""The page with a phone in the browser, for our own exchange."""

from urllib.parse import urlsplit

from flask import Blueprint

from ivr.app.parts import Parts
from ivr.telephony.exchange.address import read_address
from ivr.telephony.exchange.page import ExchangeAddress, Words, phone_blueprint


def phone(parts: Parts) -> Blueprint:
    """The page, told where the exchange is and which words belong to a sound."""
    audio = urlsplit(parts.settings.audio_url)

    def words(sound: str) -> Words | None:
        return _words(parts, sound)

    def exchange() -> ExchangeAddress | None:
        address = read_address(parts.settings.data_dir)
        return ExchangeAddress(address.url, address.token) if address else None

    sounds_from = f"{audio.scheme}://{audio.netloc}"
    return phone_blueprint(words, exchange, parts.settings.helpline_number, sounds_from)


def _words(parts: Parts, sound: str) -> Words | None:
    if sound.startswith(f"{parts.settings.public_url}/heard/"):
        return Words("", "", "(the message as it was recorded)")
    language, _, file = sound.removeprefix(f"{parts.settings.audio_url}/").partition("/")
    published = parts.publication.current()
    prompt = published.sounds.by_file(language, file)
    found = published.content.prompt(language, prompt) if prompt else None
    return Words(found.id, language, found.text) if found else None
