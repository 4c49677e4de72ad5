"""Whether a webhook comes from the account: its signature, judged by PUBLIC_URL and never by Host."""

import hmac
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import SplitResult, parse_qs, urlsplit

FORM = "application/x-www-form-urlencoded"
DEFAULT_PORTS = {"https": 443, "http": 80}


class SignatureCheck:
    """Accepts the requests that were signed with `token` for a URL under `public_url`, and no others.

    The rules are those of twilio.com/docs/usage/webhooks/webhooks-security and of the SDK's RequestValidator,
    except that a body which no signature covers is refused.
    """

    __slots__ = ("_bases", "_prefix", "_token")

    def __init__(self, public_url: str, token: str) -> None:
        """Raise ValueError for an empty token: everybody could sign with it."""
        if not token.strip():
            raise ValueError(
                "a webhook signature cannot be checked with an empty token; set TWILIO_AUTH_TOKEN"
            )
        parts = urlsplit(public_url)
        self._token = token.encode()
        self._prefix = _bytes(parts.path.rstrip("/"))
        self._bases = tuple(_bytes(f"{parts.scheme}://{host}") + self._prefix for host in _hosts(parts))

    def accepts(
        self,
        method: str,
        raw_path_and_query: bytes | str,
        form: Iterable[tuple[str, str]],
        signature: str | None,
        body: bytes = b"",
        content_type: str | None = None,
    ) -> bool:
        """Whether `signature` is right for the request as it came over the wire.

        `raw_path_and_query` is the request's target with its own percent-encoding, `form` the decoded fields.
        """
        target = _bytes(raw_path_and_query).partition(b"#")[0]
        fields = _signed_fields(method.upper(), target, form, body, content_type)
        if not signature or fields is None or not target.startswith(b"/"):
            return False
        given = _bytes(signature)
        return any(hmac.compare_digest(self._sign(url + fields), given) for url in self._urls(target))

    def _urls(self, target: bytes) -> Iterable[bytes]:
        for base in self._bases:
            yield base + target
        if self._prefix and target.startswith(self._prefix + b"/"):
            for base in self._bases:
                yield base + target[len(self._prefix) :]

    def _sign(self, text: bytes) -> bytes:
        return b64encode(hmac.digest(self._token, text, "sha1"))


def _hosts(parts: SplitResult) -> tuple[str, ...]:
    """The host with and without its port, as the network signs either; first as written, without the user."""
    written = parts.netloc.rpartition("@")[2]
    if parts.port is None:
        return written, f"{written}:{DEFAULT_PORTS[parts.scheme]}"
    return written, written.rpartition(":")[0]


def _signed_fields(
    method: str, target: bytes, form: Iterable[tuple[str, str]], body: bytes, content_type: str | None
) -> bytes | None:
    """What follows the URL in the signed text; None if something in the request is beyond any signature."""
    if method != "POST":
        return None if body or method not in {"GET", "HEAD"} else b""
    if (content_type or "").partition(";")[0].strip().lower() == FORM:
        return _bytes("".join(map("".join, sorted(set(form)))))
    return b"" if not body or _has_hash_of(body, target) else None


def _has_hash_of(body: bytes, target: bytes) -> bool:
    query = parse_qs(target.partition(b"?")[2].decode("ascii", "replace"))
    expected = sha256(body).hexdigest()
    return any(hmac.compare_digest(_bytes(each), _bytes(expected)) for each in query.get("bodySHA256", []))


def _bytes(text: bytes | str) -> bytes:
    """UTF-8, whatever came in: a lone surrogate must end in a refusal, not in an exception."""
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
