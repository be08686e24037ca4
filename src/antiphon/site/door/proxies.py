"""Whose word about the client is believed. Owns the client's address and scheme as all behind the door see them."""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from antiphon.guard.core.visitors import where
from antiphon.site.config import BadSetting
from antiphon.site.door.asgi import Headers, Scope

Network = IPv4Network | IPv6Network
# In the scope and in what Django gets: whether a proxy spoke for the client, believed or not. Whoever asks if a client
# sits at this machine has to know.
FORWARDED = "antiphon.forwarded"

# What a proxy says of the client. Nobody behind the door reads these again, so that nobody can be lied to.
_SAID = frozenset(
    {b"forwarded", b"x-real-ip", b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-port"}
    | {b"x-forwarded-server", b"x-forwarded-prefix", b"x-forwarded-ssl", b"x-forwarded-scheme", b"x-scheme"}
)


def networks(words: Iterable[str]) -> tuple[Network, ...]:
    """Read the setting. Raises `BadSetting` for a word that is no address and no network."""
    found = []
    for word in words:
        try:
            found.append(ip_network(word, strict=False))
        except ValueError as error:
            raise BadSetting("ANTIPHON_TRUSTED_PROXIES", word, "addresses or networks, such as 10.0.0.0/8") from error
    return tuple(found)


def _address(word: str) -> IPv4Address | IPv6Address | None:
    word = word.strip().strip('"')
    if word.startswith("["):  # [::1]:8000
        word = word[1:].partition("]")[0]
    elif word.count(":") == 1:  # 192.0.2.1:8000
        word = word.partition(":")[0]
    try:
        address = ip_address(word.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address


class Proxies:
    """The proxies that are trusted to name the client they speak for."""

    def __init__(self, trusted: Iterable[str], country_header: str = "") -> None:
        self.trusted = networks(trusted)
        # A proxy inside that is not trusted: everybody behind it has its address, so the operator should hear of it.
        self.stranger = ""
        # Where a proxy says from which country the client comes: believed like the rest, and dropped like the rest.
        self.country = country_header.strip().lower().encode("latin-1", "replace")

    def trusts(self, word: str) -> bool:
        """Tell whether an address is one of them."""
        address = _address(word)
        return address is not None and self._trusts(address)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address.version == network.version and address in network for network in self.trusted)

    def seen_through(self, scope: Scope) -> Scope:
        """The request as its true client sent it: client, scheme and method set, and the proxies' headers taken out."""
        peer = (scope.get("client") or ("", 0))[0]
        said = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _SAID}
        headers: Headers = [(name, value) for name, value in scope["headers"] if name not in _SAID]
        # Django takes `get` for GET; whoever asks the budgets before it has to see the same.
        seen = {**scope, "method": scope["method"].upper(), "headers": headers, FORWARDED: bool(said)}
        address = _address(peer)
        if address is None or not self._trusts(address):
            if b"x-forwarded-for" in said and address is not None and not where(str(address)).network:
                self.stranger = str(address)
            seen["headers"] = [pair for pair in headers if not self.country or pair[0] != self.country]
            return seen
        # From the right: each proxy adds the address it was spoken to from. The first that is no proxy is the client.
        for word in reversed(said.get(b"x-forwarded-for", "").split(",")):
            nearer = _address(word)
            if nearer is None:
                break
            address = nearer
            if not self._trusts(address):
                break
        scheme = said.get(b"x-forwarded-proto", "").split(",")[-1].strip().lower()
        seen["client"] = (str(address), 0)
        if scheme in ("http", "https"):
            seen["scheme"] = scheme
        return seen
