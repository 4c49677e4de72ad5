"""The environment, read once and checked whole; each a row of SETTINGS and of the README's table."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ivr.settings.checks import HIGHEST_PORT, is_e164, is_loopback, problems_of
from ivr.settings.table import SETTINGS, Setting

__all__ = [
    "HIGHEST_PORT",
    "SETTINGS",
    "Setting",
    "Settings",
    "SettingsError",
    "is_e164",
    "is_loopback",
    "read_settings",
]


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
    problems.extend(problems_of(values))
    if problems:
        raise SettingsError(tuple(problems))
    return _settings(values)


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
