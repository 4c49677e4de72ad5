"""What can go wrong on a call, in the network's own numbers."""

from collections.abc import Mapping


class TwimlError(Exception):
    """A document or sound that cannot be had or cannot be run; `code` is Twilio's number for it."""

    def __init__(self, code: int, message: str, document: str = "", url: str = "") -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.document = document
        self.url = url

    @property
    def shown(self) -> Mapping[str, object]:
        """What a phone is told of it."""
        return {"code": self.code, "message": self.message, "document": self.document}


class HungUp(Exception):  # noqa: N818 (an everyday event of a telephone, told as an exception)
    """The far end of the line is gone; whoever asked the line for something is told so."""
