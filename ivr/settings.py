"""The environment, read once and checked whole; each a row of SETTINGS and of the README's table."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import phonenumbers


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: `NAME_FILE` names a file that holds it, when it is a secret."""

    name: str
    default: str
    meaning: str
    secret: bool = False


SETTINGS = (
    Setting("PORT", "5000", "the port the server listens on"),
    Setting("HOST", "127.0.0.1", "the address the server listens on; only loopback while no account is set"),
    Setting("PUBLIC_URL", "http://127.0.0.1:$PORT", "the base URL the telephone network calls"),
    Setting("AUDIO_URL", "$PUBLIC_URL/audio", "where the network fetches sounds, e.g. a CDN"),
    Setting("TWILIO_ACCOUNT_SID", "", "the account; absent: our own exchange is the network"),
    Setting("TWILIO_AUTH_TOKEN", "", "the account's secret, which signs every webhook", secret=True),
    Setting("TWILIO_API_URL", "https://api.twilio.com", "what stands before `/2010-04-01` of the REST API"),
    Setting("HELPLINE_NUMBER", "+12025550100", "the helpline's number, E.164, shown to both sides"),
    Setting("DATABASE_URL", "sqlite:///$DATA_DIR/helpline.db", "SQLite, or postgresql://…", secret=True),
    Setting("DATA_DIR", "data", "what must be kept: database, takes, messages, snapshot"),
    Setting(
        "TAKES_URL",
        "",
        "a bucket for takes and messages: s3://bucket/prefix?endpoint=https://host&region=NAME",
    ),
    Setting("PROMPTS_DIR", "prompts", "what the helpline says, and its menus"),
    Setting("AUDIO_DIR", "audio", "built sound; may be deleted and built again"),
    Setting(
        "SECRET_KEY",
        "",
        "the secret, or several with a bar between, newest first; absent: made once and kept in DATA_DIR",
        secret=True,
    ),
    Setting("FALLBACK_URL", "", "where the static emergency answer is hosted, on another host than this"),
    Setting(
        "SMTP_URL", "", "how e-mail to staff leaves: smtp://user:password@host:587, or smtps://", secret=True
    ),
    Setting("MAIL_FROM", "", "the address from which staff get e-mail"),
    Setting("LOG_FORMAT", "text", "how the log is written: text, or json, one object a line"),
    Setting(
        "LOG_LEVEL", "warning", "the least that is logged: error, warning, info (every webhook and REST call)"
    ),
)

HIGHEST_PORT = 65535
LOG_FORMATS, LOG_LEVELS = ("text", "json"), ("error", "warning", "info")
_OPTION = r"(endpoint=https?://[^&\s#?]+|region=[a-z0-9-]+)"
_BUCKET = re.compile(rf"s3://[a-z0-9][a-z0-9.-]+(/[^?#\s]*)?(\?{_OPTION}(&{_OPTION})?)?")


class SettingsError(Exception):
    """The environment cannot be used; `problems` says each reason and what to do."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """The checked environment of one process."""

    port: int
    host: str
    public_url: str
    audio_url: str
    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str
    helpline_number: str
    database_url: str = field(repr=False)
    data_dir: Path
    takes_url: str
    prompts_dir: Path
    audio_dir: Path
    secret_key: str = field(repr=False)
    fallback_url: str
    smtp_url: str = field(repr=False)
    mail_from: str
    log_format: str = "text"
    log_level: str = "warning"

    @property
    def exchange_mode(self) -> bool:
        """Whether our own exchange is the telephone network, because no account is set."""
        return not self.account_sid


def read_settings(environ: Mapping[str, str]) -> Settings:
    """The settings in `environ`, or a SettingsError that names every problem at once."""
    problems: list[str] = []
    values = {each.name: _value(each, environ, problems) for each in SETTINGS}
    for each in SETTINGS:
        if values[each.name] == each.default:
            values[each.name] = _expand(each.default, values)
    problems.extend(_problems(values))
    if problems:
        raise SettingsError(tuple(problems))
    return _settings(values)


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


def _value(setting: Setting, environ: Mapping[str, str], problems: list[str]) -> str:
    path = environ.get(f"{setting.name}_FILE", "") if setting.secret else ""
    if not path:
        return environ.get(setting.name, "").strip() or setting.default
    try:
        value = Path(path).read_text("utf-8").strip()
        if value.isprintable() and value:
            return value
        reason = "it is empty or has more than one line"
    except OSError as error:
        reason = str(error.strerror)
    except UnicodeDecodeError:
        reason = "it is not UTF-8"
    problems.append(
        f"{setting.name}_FILE: cannot use {path}: {reason}; name a file with the value alone, or unset it"
    )
    return setting.default


def _expand(value: str, values: Mapping[str, str]) -> str:
    """A default with the values it is made of; what somebody has set is never changed."""
    for name in ("PUBLIC_URL", "PORT", "DATA_DIR"):
        value = value.replace(f"${name}", values[name].rstrip("/") or "/")
    return value


def _problems(values: Mapping[str, str]) -> list[str]:
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


def _settings(values: Mapping[str, str]) -> Settings:
    return Settings(
        port=int(values["PORT"]),
        host=values["HOST"],
        public_url=values["PUBLIC_URL"].rstrip("/"),
        audio_url=values["AUDIO_URL"].rstrip("/"),
        account_sid=values["TWILIO_ACCOUNT_SID"],
        auth_token=values["TWILIO_AUTH_TOKEN"],
        api_url=values["TWILIO_API_URL"].rstrip("/"),
        helpline_number=values["HELPLINE_NUMBER"],
        database_url=values["DATABASE_URL"],
        data_dir=Path(values["DATA_DIR"]),
        takes_url=values["TAKES_URL"],
        prompts_dir=Path(values["PROMPTS_DIR"]),
        audio_dir=Path(values["AUDIO_DIR"]),
        secret_key=values["SECRET_KEY"],
        fallback_url=values["FALLBACK_URL"],
        smtp_url=values["SMTP_URL"],
        mail_from=values["MAIL_FROM"],
        log_format=values["LOG_FORMAT"].lower(),
        log_level=values["LOG_LEVEL"].lower(),
    )
