"""The environment: what it may say, and what is told when it says something else."""

from pathlib import Path

import pytest

from ivr.settings import SETTINGS, SettingsError, is_e164, is_loopback, read_settings

LIVE = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t0ken", "HELPLINE_NUMBER": "+27105550100"}


def problems(**environ: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as refused:
        read_settings(environ)
    return refused.value.problems


def test_nothing_set_is_a_helpline_on_this_machine_alone() -> None:
    settings = read_settings({})

    assert ("127.0.0.1", 5000, True) == (settings.host, settings.port, settings.exchange_mode)
    assert "http://127.0.0.1:5000" == settings.public_url
    assert "http://127.0.0.1:5000/audio" == settings.audio_url
    assert "sqlite:///data/helpline.db" == settings.database_url


def test_defaults_follow_what_they_are_made_of() -> None:
    settings = read_settings({"PORT": "5001", "DATA_DIR": "/srv/helpline/"})

    assert "http://127.0.0.1:5001/audio" == settings.audio_url
    assert "sqlite:////srv/helpline/helpline.db" == settings.database_url


def test_a_slash_at_the_end_of_a_url_is_not_doubled() -> None:
    settings = read_settings({"PUBLIC_URL": "https://example.org/line/"})

    assert "https://example.org/line" == settings.public_url
    assert "https://example.org/line/audio" == settings.audio_url


def test_what_is_set_is_taken_as_it_is() -> None:
    assert "a$PORT$DATA_DIR" == read_settings({"SECRET_KEY": "a$PORT$DATA_DIR"}).secret_key


def test_an_empty_variable_counts_as_not_set() -> None:
    assert 5000 == read_settings({"PORT": " "}).port


def test_with_an_account_the_network_is_not_our_own() -> None:
    assert not read_settings({**LIVE, "HOST": "0.0.0.0"}).exchange_mode  # noqa: S104 (what a server is told)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "80a", "５０００", "9" * 5000, "5000.0"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    (problem,) = problems(PORT=port, PUBLIC_URL="http://127.0.0.1")

    assert problem.startswith("PORT: ")
    assert problem.endswith("use a number from 1 to 65535")


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "ftp://example.org",
        "https://",
        "https://example.org?x=1",
        "https://example.org/#x",
        "http://[::1",
        "http://example.org:99999",
        "http://example.org:port",
        "https://exam ple.org",
        "https://example.org/\n",
    ],
)
@pytest.mark.parametrize("name", ["PUBLIC_URL", "AUDIO_URL", "TWILIO_API_URL", "FALLBACK_URL"])
def test_a_url_that_cannot_be_built_upon_is_refused(name: str, url: str) -> None:
    told = problems(**{"AUDIO_URL": "https://a.org", name: url + ("" if url.strip() == url else "x")})

    assert [name] == [each.partition(":")[0] for each in told]
    assert "write https://host/path without query or fragment" in told[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.4", "example.org", "::"])  # noqa: S104 (as above)
def test_without_an_account_only_this_machine_is_served(host: str) -> None:
    (problem,) = problems(HOST=host)

    assert problem.startswith(f"HOST: {host} is not on loopback")
    assert "use 127.0.0.1, or set the account" in problem


@pytest.mark.parametrize("half", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"])
def test_half_an_account_is_refused(half: str) -> None:
    assert "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN: set both, or neither for our own exchange" in problems(
        **{half: "x"}
    )


def test_an_account_needs_the_number_that_callers_ring() -> None:
    (problem,) = problems(TWILIO_ACCOUNT_SID="AC1", TWILIO_AUTH_TOKEN="t")

    assert (
        "HELPLINE_NUMBER: set it to the number callers ring; with an account there is no default" == problem
    )


@pytest.mark.parametrize(
    "number", ["0105550100", "27105550100", "+27 10 555 0100", "+2", "+27105550100x", "x"]
)
def test_a_number_that_is_not_e164_is_refused(number: str) -> None:
    (problem,) = problems(HELPLINE_NUMBER=number)

    assert problem.startswith("HELPLINE_NUMBER: not E.164; write + and country code")
    assert not is_e164(number)


def test_every_problem_is_told_at_once() -> None:
    told = problems(PORT="x", HELPLINE_NUMBER="1", TWILIO_API_URL="y", TWILIO_AUTH_TOKEN="z", HOST="10.0.0.1")
    names = [each.partition(":")[0] for each in told]

    assert {
        "PORT",
        "HELPLINE_NUMBER",
        "TWILIO_API_URL",
        "HOST",
        "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    } <= set(names)


@pytest.mark.parametrize("name", [each.name for each in SETTINGS if each.secret])
def test_a_secret_may_stand_in_a_file(name: str, tmp_path: Path) -> None:
    secret = "smtp://s3cret" if name == "SMTP_URL" else "s3cret"
    (tmp_path / "secret").write_text(f" {secret}\n", "utf-8")
    mail = {"MAIL_FROM": "helpline@host.example"}
    settings = read_settings({**LIVE, **mail, f"{name}_FILE": str(tmp_path / "secret")})

    assert secret in {
        settings.auth_token,
        settings.database_url,
        settings.secret_key,
        settings.smtp_url,
    }


@pytest.mark.parametrize(
    ("url", "sender", "named"),
    [
        ("mail.example", "a@b.example", "SMTP_URL"),
        ("https://mail.example", "a@b.example", "SMTP_URL"),
        ("smtp://mail.example:x", "a@b.example", "SMTP_URL"),
        ("smtp://mail.example/path", "a@b.example", "SMTP_URL"),
        ("smtp://user:p@ss word@mail.example", "a@b.example", "SMTP_URL"),
        ("smtps://mail.example", "", "MAIL_FROM"),
        ("smtps://mail.example", "nobody", "MAIL_FROM"),
    ],
)
def test_an_email_server_that_cannot_be_used_is_named_but_not_shown(
    url: str, sender: str, named: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({**LIVE, "SMTP_URL": url, "MAIL_FROM": sender})

    assert [named] == [each.partition(":")[0] for each in caught.value.problems]
    assert url not in str(caught.value)


def test_only_a_secret_is_read_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "port").write_text("5001", "utf-8")

    assert 5000 == read_settings({"PORT_FILE": str(tmp_path / "port")}).port


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (None, "No such file or directory"),
        (b"", "it is empty or has more than one line"),
        (b"one\ntwo\n", "it is empty or has more than one line"),
        (b"\xff\xfe", "it is not UTF-8"),
    ],
)
def test_a_secret_file_that_cannot_be_used_is_told_without_what_is_in_it(
    tmp_path: Path, raw: bytes | None, why: str
) -> None:
    path = tmp_path / "key"
    if raw is not None:
        path.write_bytes(raw)

    assert (f"SECRET_KEY_FILE: cannot use {path}: {why}; name a file with the value alone, or unset it",) == (
        problems(SECRET_KEY_FILE=str(path))
    )


def test_secrets_are_not_shown_with_the_settings() -> None:
    shown = repr(read_settings({**LIVE, "SECRET_KEY": "k3y", "DATABASE_URL": "postgresql://u:pw@h/d"}))

    assert not [secret for secret in ("t0ken", "k3y", "pw@h") if secret in shown]


@pytest.mark.parametrize(
    ("host", "stays"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("localhost.example.org", False),
        ("", False),
        ("0.0.0.0", False),  # noqa: S104 (as above)
        ("10.0.0.1", False),
    ],
)
def test_loopback_is_what_stays_on_this_machine(host: str, stays: bool) -> None:
    assert stays is is_loopback(host)


def test_each_setting_is_named_once_and_explained() -> None:
    assert len(SETTINGS) == len({each.name for each in SETTINGS})
    assert all(each.meaning for each in SETTINGS)
