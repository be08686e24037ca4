"""Who a request is, as far as budgets go: a visitor and a network, each as a number that means nothing elsewhere. Pure.

The numbers are Python's keyed hashes: they differ in each process, are written nowhere, and name nobody.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

# Behind a proxy that is not trusted everybody has its address: what comes from there is no network of anybody's.
_INSIDE = tuple(
    ip_network(one)
    for one in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "::1/128",
                "fc00::/7", "fe80::/10")
)  # fmt: skip
_LOOPBACK = (_INSIDE[0], _INSIDE[5])


@dataclass(frozen=True)
class Where:
    """What an address says: the network it belongs to, and what stands for one household in it."""

    network: str  # empty: of nobody's
    household: str
    is_loopback: bool


@lru_cache(maxsize=8192)
def where(address: str) -> Where:
    """Read an address. IPv4 by /24, IPv6 by /48, and one household has a /64 of it."""
    try:
        found = ip_address(address)
    except ValueError:
        return Where("", "", False)
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    inside = any(found.version == net.version and found in net for net in _INSIDE)
    loopback = any(found.version == net.version and found in net for net in _LOOPBACK)
    network = "" if inside else str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
    household = str(found) if found.version == 4 else str(ip_network(f"{found}/64", strict=False))
    return Where(network, household, loopback)


@dataclass(frozen=True)
class Shown:
    """What a request shows of who sends it."""

    address: str = ""
    listener: str = ""  # cookies
    session: str = ""
    bearer: str = ""
    audience: str = ""  # of a player on another site's page, which has no cookie


def keys_of(shown: Shown, user_id: int | None) -> tuple[int, int]:
    """Return the numbers of visitor and network; 0 for none. A person is one visitor in all their browsers."""
    place = where(shown.address)
    if place.is_loopback:
        return 0, 0
    if shown.audience:
        visitor = hash(("player", shown.audience))
    elif user_id is not None:
        visitor = hash(("person", user_id))
    elif shown.bearer:
        visitor = hash(("key", shown.bearer))
    elif shown.listener:
        visitor = hash(("browser", shown.listener))
    elif place.network:
        visitor = hash(("household", place.household))
    else:
        visitor = 0
    return visitor, hash(("network", place.network)) if place.network else 0
