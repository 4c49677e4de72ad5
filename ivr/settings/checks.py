"""What of the environment cannot be used, and what to do about it."""

import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

import phonenumbers

from ivr.settings.table import SETTINGS

HIGHEST_PORT = 65535
LOG_FORMATS, LOG_LEVELS = ("text", "json"), ("error", "warning", "info")
_OPTION = r"(endpoint=https?://[^&\s#?]+|region=[a-z0-9-]+)"
_BUCKET = re.compile(rf"s3://[a-z0-9][a-z0-9.-]+(/[^?#\s]*)?(\?{_OPTION}(&{_OPTION})?)?")


def problems_of(values: Mapping[str, str]) -> list[str]:
    """What of the values cannot be used, each with what to do."""
    problems = [*_number_problems(values), *_mail_problems(values), *_log_problems(values)]
    for name in ("PUBLIC_URL", "AUDIO_URL", "TWILIO_API_URL", "FALLBACK_URL"):
        problems.extend(_url_problems(name, values[name]))
    if values["TAKES_URL"] and not _BUCKET.fullmatch(values["TAKES_URL"]):
        problems.append("TAKES_URL: not a bucket; write s3://bucket/prefix?endpoint=https://host&region=NAME")
    if bool(values["TWILIO_ACCOUNT_SID"]) != bool(values["TWILIO_AUTH_TOKEN"]):
        problems.append("TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN: set both, or neither for our own exchange")
    if not values["TWILIO_ACCOUNT_SID"] and not is_loopback(values["HOST"]):
        problems.append(
            f"HOST: {values['HOST']} is not on loopback, and without TWILIO_ACCOUNT_SID the exchange answers "
            "only this machine; use 127.0.0.1, or set the account"
        )
    return problems


def is_loopback(host: str) -> bool:
    """Whether traffic to `host` stays on this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_e164(number: str) -> bool:
    """Whether `number` is written as E.164 and could exist."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return number == e164 and phonenumbers.is_possible_number(parsed)


def _number_problems(values: Mapping[str, str]) -> list[str]:
    problems = []
    if not _is_port(values["PORT"]):
        problems.append(f"PORT: {values['PORT']!r} is not a port; use a number from 1 to {HIGHEST_PORT}")
    if not is_e164(values["HELPLINE_NUMBER"]):
        problems.append(
            "HELPLINE_NUMBER: not E.164; write + and country code, without spaces, as +27105550100"
        )
    if values["TWILIO_ACCOUNT_SID"] and values["HELPLINE_NUMBER"] == _default("HELPLINE_NUMBER"):
        problems.append(
            "HELPLINE_NUMBER: set it to the number callers ring; with an account there is no default"
        )
    return problems


def _mail_problems(values: Mapping[str, str]) -> list[str]:
    problems = []
    if values["SMTP_URL"] and not _is_mail_server(values["SMTP_URL"]):
        problems.append(
            "SMTP_URL: not an e-mail server; write smtp://user:password@host:587, or smtps:// for one "
            "that is encrypted from the start, with %40 for an @ in user or password"
        )
    name, _, host = values["MAIL_FROM"].partition("@")
    if values["SMTP_URL"] and not (name and host and values["MAIL_FROM"].isprintable() and " " not in host):
        problems.append("MAIL_FROM: not an e-mail address; SMTP_URL needs one: helpline@host.example")
    return problems


def _log_problems(values: Mapping[str, str]) -> Iterator[str]:
    for name, known in (("LOG_FORMAT", LOG_FORMATS), ("LOG_LEVEL", LOG_LEVELS)):
        if values[name].lower() not in known:
            yield f"{name}: {values[name]!r} is not known; write one of {', '.join(known)}"


def _is_mail_server(value: str) -> bool:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (reading it is what checks it)
    except ValueError:
        return False
    bare = parts.path in {"", "/"} and not set(value) & set(" ?#") and value.isprintable()
    return bare and parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)


def _is_port(text: str) -> bool:
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(HIGHEST_PORT))
    return plain and 0 < int(text) <= HIGHEST_PORT


def _default(name: str) -> str:
    return next(each.default for each in SETTINGS if each.name == name)


def _url_problems(name: str, value: str) -> list[str]:
    if not value and name == "FALLBACK_URL":
        return []
    if not _is_base_url(value):
        return [f"{name}: {value!r} is not a base URL; write https://host/path without query or fragment"]
    return []


def _is_base_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (reading it is what checks it)
    except ValueError:
        return False
    plain = value.isprintable() and not set(value) & set(" ?#")
    return plain and parts.scheme in {"http", "https"} and bool(parts.hostname)
