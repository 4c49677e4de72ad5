"""The table of settings: each an environment variable, and a row of the README's table."""

from dataclasses import dataclass


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
