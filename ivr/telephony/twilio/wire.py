"""A webhook as it comes over the wire, read from WSGI's words alone: what is signed is what is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote, unquote_plus

from ivr.telephony.twilio.parameters import SAME_WEBHOOK, Parameters
from ivr.telephony.twilio.signature import FORM, SignatureCheck

LARGEST = 256 * 1024  # bytes of a body; a network sends some hundred
_LONGEST_ID = 64
_SAME_WEBHOOK = f"HTTP_{SAME_WEBHOOK.upper().replace('-', '_')}"
_PARTING = re.compile("%(26|3d)", re.IGNORECASE)
_PLAIN = "/~:@!$&'()*+,;=-._"


class TooLargeError(ValueError):
    """A body that no network sends."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """One request; `target` is its path and query undecoded, `fields` what a form in its body says."""

    method: str
    path: str
    target: str
    query: str = field(repr=False)
    kind: str
    body: bytes = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    signature: str = field(repr=False)
    token: str

    def is_signed(self, check: SignatureCheck) -> bool:
        """Whether it comes from the account."""
        given = self.signature
        return bool(given) and check.accepts(
            self.method, self.target, self.fields, given, self.body, self.kind
        )

    def call(self) -> str:
        """The caller's call, as far as the network tells it: of a leg that Dial has made, its parent."""
        told = dict(self.fields)
        found = told.get("ParentCallSid") or told.get("CallSid", "")
        return found if found.isalnum() and len(found) <= _LONGEST_ID else ""

    def parameters(self) -> Parameters:
        """What the network tells; of what comes twice, the first."""
        found = dict(reversed(self.fields if self.method == "POST" else _pairs(self.query)))
        return {**found, SAME_WEBHOOK: self.token} if self.token else found


def read_webhook(environ: Mapping[str, Any]) -> Webhook:
    """The request behind WSGI's environment (PEP 3333); a TooLargeError."""
    kind, body = environ.get("CONTENT_TYPE", ""), _body(environ)
    is_form = kind.partition(";")[0].strip().lower() == FORM
    return Webhook(
        method=environ["REQUEST_METHOD"],
        path=_text(environ.get("PATH_INFO", "")),
        target=raw_target(environ),
        query=_text(environ.get("QUERY_STRING", "")),
        kind=kind,
        body=body,
        fields=_pairs(body.decode("utf-8", "replace")) if is_form else (),
        signature=environ.get("HTTP_X_TWILIO_SIGNATURE", ""),
        token=environ.get(_SAME_WEBHOOK, ""),
    )


def raw_target(environ: Mapping[str, Any]) -> str:
    """The path and query as they came over the wire; the query is never re-ordered or re-encoded.

    Granian hands over a decoded path only, so that is encoded again; ours are made of characters that need
    no encoding, and PUBLIC_URL's are what it says.
    """
    raw = str(environ.get("RAW_URI", ""))
    if raw.startswith("/"):
        return raw
    # WSGI's strings are bytes in Latin-1 (PEP 3333).
    decoded = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}".encode("latin-1", "replace")
    path, query = quote(decoded, safe=_PLAIN), environ.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def _body(environ: Mapping[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdecimal() and not environ.get("wsgi.input_terminated"):
        return b""  # nobody says where it ends
    most = min(int(length), LARGEST + 1) if length.isdecimal() else LARGEST + 1
    body: bytes = environ["wsgi.input"].read(most)
    if len(body) > LARGEST:
        raise TooLargeError(f"a webhook's body of more than {LARGEST} bytes")
    return body


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """As parse_qsl reads them, which takes four times as long (measured)."""
    if _PARTING.search(text):
        return tuple(parse_qsl(text, keep_blank_values=True))
    # Nothing that parts fields is written in code, so all of them can be decoded at once.
    fields = [each.partition("=") for each in unquote_plus(text).split("&") if each]
    return tuple([(name, value) for name, _, value in fields])


def _text(latin: str) -> str:
    return latin if latin.isascii() else latin.encode("latin-1", "replace").decode("utf-8", "replace")
