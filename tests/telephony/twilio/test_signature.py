"""Known answers are computed apart from the code: the provider's published one, or plain hmac below."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from ivr.telephony.twilio.signature import SignatureCheck

FORM = "application/x-www-form-urlencoded"
KNOWN_FIELDS = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675310"),
    ("Digits", "1234"),
    ("From", "+14158675310"),
    ("To", "+18005551212"),
]
KNOWN_ANSWER = "L/OH5YylLD5NRKLltdqwSvS0BnU="


def signed(text: str) -> str:
    return base64.b64encode(hmac.new(b"12345", text.encode(), hashlib.sha1).digest()).decode()


def accepts(
    public_url: str,
    target: str,
    signature: str | None,
    *,
    method: str = "POST",
    fields: list[tuple[str, str]] | None = None,
    body: bytes = b"",
    content_type: str | None = FORM,
) -> bool:
    check = SignatureCheck(public_url, "12345")
    return check.accepts(method, target, fields or [], signature, body, content_type)


def test_the_providers_published_example_is_accepted() -> None:
    given_fields = list(reversed(KNOWN_FIELDS))

    assert accepts("https://example.com", "/myapp.php?foo=1&bar=2", KNOWN_ANSWER, fields=given_fields)


@pytest.mark.parametrize(
    "changed",
    [KNOWN_FIELDS[:-1], [*KNOWN_FIELDS, ("Extra", "1")], [*KNOWN_FIELDS[:-1], ("To", "+18005551213")]],
    ids=["a field less", "a field more", "another value"],
)
def test_changed_fields_are_refused(changed: list[tuple[str, str]]) -> None:
    assert not accepts("https://example.com", "/myapp.php?foo=1&bar=2", KNOWN_ANSWER, fields=changed)


def test_another_token_is_refused() -> None:
    check = SignatureCheck("https://example.com", "54321")

    assert not check.accepts("POST", "/myapp.php?foo=1&bar=2", KNOWN_FIELDS, KNOWN_ANSWER, b"", FORM)


def test_the_query_counts_in_its_own_order() -> None:
    assert not accepts("https://example.com", "/myapp.php?bar=2&foo=1", KNOWN_ANSWER, fields=KNOWN_FIELDS)


def test_a_get_request_is_signed_by_its_url_with_the_query_byte_for_byte() -> None:
    target = "/voice?b=%c3%a9&a=1+2&a=%2B"
    signature = signed("https://x.org/voice?b=%c3%a9&a=1+2&a=%2B")

    assert accepts("https://x.org", target, signature, method="GET", content_type=None)
    assert not accepts("https://x.org", target.upper(), signature, method="GET", content_type=None)


def test_the_path_is_not_encoded_again() -> None:
    signature = signed("https://x.org/voice/en/g/a%20b~c")

    assert accepts("https://x.org", "/voice/en/g/a%20b~c", signature)
    assert not accepts("https://x.org", "/voice/en/g/a b~c", signature)


def test_a_target_in_bytes_is_taken_as_it_is() -> None:
    check = SignatureCheck("https://x.org", "12345")

    assert check.accepts("GET", b"/voice?a=%zz", [], signed("https://x.org/voice?a=%zz"))


@pytest.mark.parametrize("target", ["/voice", "/line/voice"])
def test_a_proxy_may_strip_the_path_prefix_of_the_public_url(target: str) -> None:
    assert accepts("https://x.org/line", target, signed("https://x.org/line/voice"))


def test_a_path_that_only_begins_like_the_prefix_is_not_under_it() -> None:
    assert not accepts("https://x.org/line", "/liner/voice", signed("https://x.org/liner/voice"))


def test_a_final_slash_of_the_public_url_changes_nothing() -> None:
    assert accepts("https://x.org/line/", "/voice", signed("https://x.org/line/voice"))


@pytest.mark.parametrize(
    ("public_url", "signed_url"),
    [
        ("https://x.org", "https://x.org/voice"),
        ("https://x.org", "https://x.org:443/voice"),
        ("https://x.org:8443", "https://x.org:8443/voice"),
        ("https://x.org:8443", "https://x.org/voice"),
        ("http://x.org:5000", "http://x.org:5000/voice"),
        ("http://x.org", "http://x.org/voice"),
        ("http://x.org", "http://x.org:80/voice"),
        ("http://[::1]:5000", "http://[::1]:5000/voice"),
        ("http://[::1]", "http://[::1]/voice"),
        ("https://user:pa@ss@x.org:8443", "https://x.org:8443/voice"),
    ],
)
def test_the_port_may_be_named_or_not_and_a_password_never_counts(public_url: str, signed_url: str) -> None:
    assert accepts(public_url, "/voice", signed(signed_url))


@pytest.mark.parametrize(
    "signed_url", ["http://x.org/voice", "https://y.org/voice", "https://x.org:444/voice", "https://x.org/"]
)
def test_another_address_is_refused(signed_url: str) -> None:
    assert not accepts("https://x.org", "/voice", signed(signed_url))


def test_a_fragment_never_counts() -> None:
    assert accepts("https://x.org", "/voice#rc=1", signed("https://x.org/voice"))


@pytest.mark.parametrize("signature", [None, "", "garbage", "é", "\ud800", KNOWN_ANSWER + "=", "=" * 10_000])
def test_a_missing_or_broken_signature_is_refused(signature: str | None) -> None:
    assert not accepts("https://example.com", "/myapp.php?foo=1&bar=2", signature, fields=KNOWN_FIELDS)


@pytest.mark.parametrize("token", ["", "  "])
def test_an_empty_token_cannot_check_anything(token: str) -> None:
    with pytest.raises(ValueError, match="TWILIO_AUTH_TOKEN"):
        SignatureCheck("https://x.org", token)


def test_names_are_sorted_with_their_case_and_repeated_ones_once_each_by_value() -> None:
    fields = [("b", "2"), ("a", "z"), ("B", "1"), ("a", "y"), ("a", "z")]

    assert accepts("https://x.org", "/voice", signed("https://x.org/voiceB1ayazb2"), fields=fields)


def test_a_json_body_is_covered_by_its_hash_in_the_query() -> None:
    body = b'{"a": 1}'
    target = f"/voice?bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = signed(f"https://x.org{target}")

    assert accepts("https://x.org", target, signature, body=body, content_type="application/json")
    assert not accepts("https://x.org", target, signature, body=b"{}", content_type="application/json")


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_body_that_nothing_covers_is_refused(method: str) -> None:
    signature = signed("https://x.org/voice")

    assert not accepts(
        "https://x.org", "/voice", signature, method=method, body=b"Digits=1", content_type="text/plain"
    )


def test_fields_in_the_body_of_a_get_request_are_refused() -> None:
    signature = signed("https://x.org/voice")

    assert not accepts(
        "https://x.org", "/voice", signature, method="GET", fields=[("Digits", "1")], body=b"Digits=1"
    )


NAMES = st.text("abAB1+é", min_size=1, max_size=4)


@given(fields=st.lists(st.tuples(NAMES, NAMES), max_size=8), port=st.sampled_from(["", ":8443", ":443"]))
def test_it_agrees_with_the_providers_own_library(fields: list[tuple[str, str]], port: str) -> None:
    url = f"https://x.org{port}/line/voice?b=2&a=%7E"
    theirs = RequestValidator("12345").compute_signature(url, MultiDictOfTheLibrary(fields))

    assert accepts(f"https://x.org{port}/line", "/voice?b=2&a=%7E", theirs, fields=fields)
    assert RequestValidator("12345").validate(url, MultiDictOfTheLibrary(fields), theirs)


class MultiDictOfTheLibrary(MultiDict[str, str]):
    """What Flask hands the library."""


def test_a_target_that_is_no_path_cannot_lengthen_the_host() -> None:
    assert not accepts("https://x.org", ".evil.net/voice", signed("https://x.org.evil.net/voice"))
