"""Calendars over https: with a certificate that is vouched for or not at all, and never without end."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shutil import which
from threading import Thread
from time import monotonic, sleep

import pytest

from ivr.jobs import calendar_fetch
from ivr.jobs.calendar_fetch import FetchError, fetch_calendar

REQUEST = (
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=test "
    "-addext subjectAltName=IP:127.0.0.1"
)
GOOD = b"HTTP/1.0 200 OK\r\nETag: v1\r\n\r\nBEGIN:VCALENDAR"
pytestmark = pytest.mark.skipif(not which("openssl"), reason="openssl makes the certificate")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1, and its key in one file."""
    key, found = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run([*REQUEST.split(), "-keyout", key, "-out", found], check=True, capture_output=True)
    found.write_text(found.read_text() + key.read_text())
    return found


def answer(listening: socket.socket, certificate: Path, pieces: list[bytes]) -> None:
    """Answer one connection, piece by piece."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    plain, _ = listening.accept()
    with plain, suppress(OSError), context.wrap_socket(plain, server_side=True) as line:
        line.recv(10000)
        for piece in pieces:
            line.sendall(piece)
            sleep(0.02)


@pytest.fixture
def served(certificate: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=answer, args=(listening, certificate, request.param))
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/shifts.ics"
        thread.join()


def trust(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    monkeypatch.setattr(calendar_fetch, "DEFAULT_CA_BUNDLE_PATH", str(certificate))


@pytest.mark.parametrize("served", [[GOOD]], indirect=True)
def test_a_certificate_that_nobody_vouches_for_is_not_trusted(served: str) -> None:
    with pytest.raises(FetchError, match="certificate is not trusted"):
        fetch_calendar(served)


@pytest.mark.parametrize("served", [[GOOD]], indirect=True)
def test_a_calendar_comes_over_https(served: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(monkeypatch, certificate)
    found = fetch_calendar(served)

    assert (b"BEGIN:VCALENDAR", "v1") == (found.raw, found.etag)


@pytest.mark.parametrize(
    "served", [[b"HTTP/1.0 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n"]], indirect=True
)
def test_https_does_not_lead_to_http(served: str, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trust(monkeypatch, certificate)

    with pytest.raises(FetchError, match="leads from https to http"):
        fetch_calendar(served)


@pytest.mark.parametrize("served", [[b"HTTP/1.0 200 OK\r\nX-Slow: ", *[b"x"] * 200]], indirect=True)
def test_a_server_that_drips_is_left_over_https_too(
    served: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, certificate)
    monkeypatch.setattr(calendar_fetch, "PATIENCE", 0.3)
    begun = monotonic()
    with pytest.raises(FetchError, match="takes longer"):
        fetch_calendar(served)

    assert monotonic() - begun < 2.5
