"""URLs as they are sent and signed."""

from urllib.parse import quote, urljoin, urlsplit, urlunsplit

KEPT = "%/:?#[]@!$&'()*+,;="  # beside letters, digits and -._~, what a URL is made of


def escaped(url: str) -> str:
    """`url` with what no URL may hold escaped, and every other character as it was written."""
    return quote(url, safe=KEPT)


def bare(url: str) -> str:
    """`url` as it is sent: without its fragment."""
    return urlunsplit(urlsplit(escaped(url))._replace(fragment=""))


def join(base: str, url: str) -> str | None:
    """`url` seen from `base`; None when that is no http URL with a host."""
    try:
        full = escaped(urljoin(base, url.strip()))
        parts = urlsplit(full)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return None
    return full if fits else None
