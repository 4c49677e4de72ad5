"""From where a page is asked for: an address, to count attempts by."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from flask import request

_NETWORK = 64  # bits: one household or office of IPv6 has that many to itself
UNKNOWN = "unknown"


def asker() -> str:
    """The address, or the network of an IPv6 address.

    A peer on this machine or a private network is a proxy: what it says last about whom it asks for counts.
    """
    peer = _address(request.remote_addr or "")
    if peer is None or peer.is_private:
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2]
        peer = _address(told.strip()) or peer
    if isinstance(peer, IPv6Address):
        return str(IPv6Address(int(peer) >> _NETWORK << _NETWORK))
    return str(peer) if peer else UNKNOWN


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
