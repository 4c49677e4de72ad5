"""The reverse proxy that is shipped does what it says: nginx with it, before the helpline."""

import os
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.app.stage import PUBLIC, Stage, make_stage, sign

SHIPPED = Path(__file__).parents[2] / "ivr" / "deploy"
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
HOST = "line.example.org"

needs_nginx = pytest.mark.skipif(not NGINX, reason="nginx is not on this machine")


@pytest.fixture
def stage(tmp_path: Path, audio: Path, database: Path) -> Stage:
    return make_stage(tmp_path, audio, database)


class Front:
    """What stands behind the proxy: the helpline, and a first answer that is dropped if `drops` says so."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.drops = stage, 0
        self.forwarded: list[str] = []

    def handler(self) -> type[BaseHTTPRequestHandler]:
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                front.forwarded.append(self.headers.get("X-Forwarded-For", ""))
                if front.drops:
                    front.drops -= 1
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                self._answer(body)

            def do_GET(self) -> None:
                self._answer(b"")

            def _answer(self, body: bytes) -> None:
                kept = ("X-Twilio-Signature", "Content-Type")
                headers = {name: self.headers[name] for name in kept if name in self.headers}
                with front.stage.client.open(
                    self.path, method=self.command, data=body, headers=headers
                ) as answer:
                    self.send_response(answer.status_code)
                    self.send_header("Content-Length", str(len(answer.data)))
                    self.end_headers()
                    with suppress(OSError):
                        self.wfile.write(answer.data)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (as above)
                """Nothing."""

        return Handler


@pytest.fixture
def front(stage: Stage) -> Front:
    return Front(stage)


@pytest.fixture
def port(front: Front, tmp_path: Path) -> Iterator[int]:
    """Where nginx answers with a certificate, as it is set up by the example."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), front.handler())
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    with free_port() as number:
        pass
    config = configured(tmp_path, server.server_address[1], number)
    with running(config, number):
        yield number
    server.shutdown()
    server.server_close()


@contextmanager
def free_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        yield int(found.getsockname()[1])


def configured(folder: Path, behind: int, port: int) -> Path:
    """The example with other ports and a certificate of its own, in what Debian puts around it."""
    certificate(folder)
    text = (SHIPPED / "nginx.conf").read_text()
    text = text.replace("127.0.0.1:5000", f"127.0.0.1:{behind}").replace("/var/log/nginx", str(folder))
    text = re.sub(r"listen \[::\]:\d+[^;]*;", "", text)
    with free_port() as other:
        text = text.replace("listen 80;", f"listen 127.0.0.1:{other};")
    text = text.replace("listen 443 ", f"listen 127.0.0.1:{port} ")
    text = re.sub(r"/etc/letsencrypt/live/[^/]+/", f"{folder}/", text)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    around = f"access_log {folder}/access.log;\n"
    around += "".join(f"{each}_temp_path {folder}/{each};\n" for each in kinds)
    user = "user root;\n" if os.getuid() == 0 else ""
    config = folder / "whole.conf"
    config.write_text(
        f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{around}{text}\n}}\n"
    )
    return config


def certificate(folder: Path) -> None:
    kind = "ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    command = f"openssl req -x509 -newkey {kind} -keyout privkey.pem -out fullchain.pem -subj"
    subprocess.run([*command.split(), f"/CN={HOST}"], cwd=folder, check=True, capture_output=True)


@contextmanager
def running(config: Path, port: int) -> Iterator[None]:
    assert NGINX
    arguments = [NGINX, "-p", str(config.parent), "-c", str(config)]
    subprocess.run([*arguments, "-t"], check=True, capture_output=True)
    with subprocess.Popen(arguments, stderr=subprocess.PIPE) as process:
        end = monotonic() + 10
        while monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            sleep(0.05)
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


def ask(port: int, method: str, target: str, **fields: str) -> tuple[HTTPResponse, bytes]:
    """A webhook as the network sends it to the public address."""
    signed = sign(f"{PUBLIC}{target}", fields)
    headers = {
        "Host": HOST,
        "X-Twilio-Signature": signed,
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Forwarded-For": "10.9.8.7",
    }
    trusting = ssl._create_unverified_context()  # noqa: S323 (the certificate was made a moment ago)
    connection = HTTPSConnection("127.0.0.1", port, timeout=10, context=trusting)
    try:
        connection.request(method, target, urlencode(fields) if fields else None, headers)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


CALL = {"CallSid": "CA" + "1" * 32, "From": "+27823334444"}


@needs_nginx
def test_a_signed_webhook_passes_the_proxy_byte_for_byte(port: int, front: Front) -> None:
    answer, body = ask(port, "POST", "/voice/en/t/l?b=%41&a=%2b+1&a=&%61=~%7E", **CALL)

    assert (200, True) == (answer.status, body.startswith(b"<?xml"))
    assert ["127.0.0.1"] == front.forwarded  # who really asked, not who they say they are


@needs_nginx
def test_a_webhook_whose_process_has_just_ended_is_told_again(port: int, front: Front) -> None:
    front.drops = 1
    answer, body = ask(port, "POST", "/voice", **CALL)

    assert (200, True) == (answer.status, body.startswith(b"<?xml"))
    assert 2 == len(front.forwarded)


@needs_nginx
@pytest.mark.parametrize(("path", "status"), [("/metrics", 404), ("/healthz", 200), ("/readyz", 200)])
def test_the_figures_are_not_shown_outside(port: int, path: str, status: int) -> None:
    assert status == ask(port, "GET", path)[0].status


@needs_nginx
def test_what_is_too_large_for_a_webhook_is_refused_before_it_is_read(port: int, front: Front) -> None:
    answer, _ = ask(port, "POST", "/voice", Body="x" * 1_100_000)

    assert (413, []) == (answer.status, front.forwarded)


@needs_nginx
def test_the_proxy_keeps_no_list_of_who_called(port: int, tmp_path: Path) -> None:
    ask(port, "POST", "/voice?From=%2B27823334444", **CALL)
    logs = [path.read_text() for path in tmp_path.rglob("*.log")]

    assert [] == [each for each in logs if "3334444" in each]
