"""Can people reach the site safely: its address, cookies, proxies, and e-mail."""

from collections.abc import Iterator
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection

from antiphon.cli.ports import Finding, Verdict
from antiphon.guard import service as guard
from antiphon.site.door.proxies import Proxies


def is_local() -> bool:
    """Tell whether the site's address is this machine's own, as on a first try."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def address() -> Iterator[Finding]:
    """Others reach the site by https, and its cookies travel by nothing else."""
    https = settings.SITE_URL.startswith("https://")
    if is_local():
        words = f"{settings.SITE_URL} is this machine's own; others cannot reach it."
        yield Finding("address", Verdict.NOTE, words, "For others, set ANTIPHON_URL to https://….")
        return
    if settings.DEBUG:
        words = "ANTIPHON_DEBUG is on: errors show code and settings to everybody."
        yield Finding("debug", Verdict.PROBLEM, words, "Switch it off.")
    if not https:
        words = f"{settings.SITE_URL} is not https: passwords travel in the clear."
        yield Finding("address", Verdict.PROBLEM, words, "Put a server with a certificate in front; set ANTIPHON_URL.")
        return
    if not settings.ANTIPHON.contact:
        words = "Nobody is named to write to; refusals and letters lead to /about."
        yield Finding("contact", Verdict.NOTE, words, "Set ANTIPHON_CONTACT to an e-mail or web address.")
    if not settings.ANTIPHON.trusted_proxies:
        words = "https ends in another server, but no proxy is trusted: everybody seems to come from one address."
        yield Finding("proxy", Verdict.NOTE, words, "Set ANTIPHON_TRUSTED_PROXIES to that server's address.")
    if settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE:
        yield Finding("address", Verdict.GOOD, f"{settings.SITE_URL}, with cookies that travel by https only.")
    else:
        yield Finding(
            "address", Verdict.PROBLEM, "Cookies may travel without https.", "This is a fault of the program."
        )


def guarding() -> Iterator[Finding]:
    """Who is refused at the door, and whether the door sees where people come from."""
    config = settings.ANTIPHON
    stranger = guard.proxy_not_trusted()
    if stranger and not Proxies(config.trusted_proxies).trusts(stranger):
        words = f"The proxy at {stranger} speaks for others and is not trusted: its visitors have no budgets."
        yield Finding("guard", Verdict.NOTE, words, f"Add {stranger} to ANTIPHON_TRUSTED_PROXIES.")
    elif config.guard == "off":
        yield Finding("guard", Verdict.NOTE, "Nobody is refused by name.", "Set ANTIPHON_GUARD to training.")
    else:
        lead_mb, share = config.guard_unheard_mb, config.guard_unheard_per_mille
        words = f"It refuses {config.guard}; sound runs {lead_mb} MB ahead of listening"
        words += f", less when strangers take {share} ‰ of it unheard." if share else ", whatever strangers take."
        yield Finding("guard", Verdict.GOOD, words)


def mail() -> Iterator[Finding]:
    """E-mail leaves the house: without it, nobody can confirm an address or reset a password."""
    if not settings.ANTIPHON.email_url:
        words = "It is kept as files and read at /mailbox; it reaches nobody."
        verdict = Verdict.NOTE if is_local() else Verdict.PROBLEM
        yield Finding("e-mail", verdict, words, "Set ANTIPHON_EMAIL_URL to smtp://user:password@host:port.")
        return
    server = get_connection()
    try:
        server.open()
        server.close()
    except OSError as error:
        words = f"{settings.EMAIL_HOST} did not take us in: {error}"
        yield Finding("e-mail", Verdict.PROBLEM, words, "Check host, port, name and password in ANTIPHON_EMAIL_URL.")
        return
    if "localhost" in settings.ANTIPHON.email_from:
        words = f"The sender is {settings.ANTIPHON.email_from}, which others will not accept."
        yield Finding("e-mail", Verdict.PROBLEM, words, "Set ANTIPHON_EMAIL_FROM to an address of your own domain.")
        return
    yield Finding("e-mail", Verdict.GOOD, f"{settings.EMAIL_HOST} takes mail from us.")
