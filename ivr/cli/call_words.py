"""What happens on a call, in words, a line each with its time."""

from collections.abc import Callable, Mapping

Message = Mapping[str, object]


def say_time(at: object) -> str:
    """Minutes and seconds since the call began."""
    tenths = round(float(str(at)) * 10)
    return f"{tenths // 600}:{tenths % 600 / 10:04.1f}"


def describe(message: Message) -> str:
    """What the caller's phone is told or does, in words; empty for what needs none."""
    tell = TELL.get(str(message.get("is", message.get("do"))))
    return tell(message) if tell else ""


def describe_counsellor(message: Message) -> str:
    """The same for a counsellor's phone."""
    tell = COUNSELLOR.get(str(message.get("is", message.get("do"))))
    return tell(message) if tell else ""


def describe_sound(message: Message, words: Mapping[str, str] | None) -> str:
    """A prompt with its words, their own message, or the address of a sound nobody knows words for."""
    if "/heard/" in str(message["sound"]):
        return f"hears their own message ({message['seconds']} s)"
    if words is None:
        return f"hears {message['sound']} ({message['seconds']} s)"
    return f"hears [{words['language']} {words['prompt']}] {words['words'] or 'a sound'}"


def _listening(message: Message) -> str:
    count = f"{message['digits']} key(s)" if message["digits"] else "keys"
    finish = f", {message['finish']} ends" if message["finish"] else ""
    return f"asked for {count}{finish} ({message['seconds']} s)"


def _error(message: Message) -> str:
    code = f" {message['code']}" if message["code"] else ""
    return f"ERROR{code}: {message['message']}\n{message['document']}".rstrip()


def _dialing(message: Message) -> str:
    return "ringing a phone" if message["phones"] == 1 else f"ringing {message['phones']} phones"


def _seconds(message: Message) -> str:
    return f"recorded, {message['seconds']} s"


TELL: Mapping[str, Callable[[Message], str]] = {
    "calling": lambda message: f"calling {message['to']}",
    "answered": lambda _: "answered",
    "say": lambda message: f"hears (read out, {message['language']}) {message['text']}",
    "listening": _listening,
    "record": lambda message: f"recording, at most {message['seconds']} s",
    "recorded": _seconds,
    "waiting": lambda _: "waiting in a queue",
    "dialing": _dialing,
    "dialed": lambda message: f"ringing ended: {message['status']}, talked: {message['bridged']}",
    "connected": lambda _: "connected",
    "parted": lambda _: "conversation over",
    "ended": lambda message: f"ended ({message['why']})",
    "error": _error,
    "refused": lambda message: f"refused: {message['message']}",
    "key": lambda message: f"presses {message['key']}",
    "hangup": lambda _: "hangs up",
}
COUNSELLOR: Mapping[str, Callable[[Message], str]] = {
    "ringing": lambda message: f"rings, from {message['from']}",
    "answer": lambda _: "picked up",
    "say": lambda message: f"hears (read out, {message['language']}) {message['text']}",
    "key": lambda message: f"presses {message['key']}",
    "connected": lambda _: "connected",
    "parted": lambda _: "conversation over",
    "hangup": lambda _: "hangs up",
    "error": _error,
}
