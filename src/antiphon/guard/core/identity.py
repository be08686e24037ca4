"""Whether an agent is who it says: by networks that its operator publishes, or by its name in the DNS. Pure.

Identity is never permission: who is refused by name is refused with proof of it as well. It only spares those that
build search indexes, and can show it, the budgets for pages.
"""

import json
from collections.abc import Callable, Collection, Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
MOST_NETWORKS = 10_000


class BadRanges(ValueError):
    """A list of networks that cannot be used; the message says why."""


def ranges_in(text: str) -> tuple[Network, ...]:
    """Read a list of networks: JSON with `prefixes`, as operators publish it, or one a line. Raises `BadRanges`."""
    if text.lstrip()[:1] in ("{", "["):
        try:
            said = json.loads(text)
            rows = said["prefixes"] if isinstance(said, dict) else said
            words = [next(iter(row.values())) if isinstance(row, dict) else row for row in rows]
        except (ValueError, RecursionError, KeyError, TypeError, StopIteration) as error:
            raise BadRanges("This JSON is no list of networks.") from error
    else:
        words = [line.partition("#")[0].strip() for line in text.splitlines()]
    found: list[Network] = []
    for word in words:
        if word == "":
            continue
        try:
            network = ip_network(word) if isinstance(word, str) else None
        except ValueError:
            network = None
        # Half of all addresses are nobody's crawler: such a line is a mistake, or worse.
        if network is None or network.prefixlen < (8 if network.version == 4 else 20):
            raise BadRanges(f"This is no network of a crawler: {str(word)[:60]}")
        found.append(network)
    if not found or len(found) > MOST_NETWORKS:
        raise BadRanges("There are no networks in it, or far too many.")
    return tuple(found)


def is_in(address: str, networks: Iterable[Network]) -> bool:
    """Tell whether an address is in any of these networks."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found.version == one.version and found in one for one in networks)


def confirms(
    address: str,
    hosts: Collection[str],
    name_of: Callable[[str], str],
    addresses_of: Callable[[str], Collection[str]],
) -> bool:
    """Tell whether an address's name ends as its operator says, and that name leads back to the address.

    The second half is what counts: whoever has an address may give it any name. Raises `OSError` as the look-ups do.
    """
    name = name_of(address).rstrip(".").lower()
    if not any(name.endswith(end) for end in hosts):
        return False
    try:
        wanted = ip_address(address)
    except ValueError:
        return False
    for one in addresses_of(name):
        try:
            if ip_address(one.partition("%")[0]) == wanted:
                return True
        except ValueError:
            continue
    return False
