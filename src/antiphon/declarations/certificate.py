"""The chain that signs files: an authority of this site's own, and a certificate under it. Owns making and renewing.

Two PEM files of their owner in `<data>/keys/signing`: `authority.pem` (its key and itself) and `signer.pem` (key,
certificate, authority), each put in place whole. Whoever has a chain from elsewhere puts it into `signer.pem`.
Sources: C2PA 2.2, section 14.5 (certificate profile); RFC 5280.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings

from antiphon.audio.core.rights import Signatory
from antiphon.kernel import clock
from antiphon.kernel.errors import Conflict, NotFound, Unavailable
from antiphon.storage.local import write_whole

AUTHORITY_DAYS, SIGNER_DAYS = 3650, 1095
WARN = timedelta(days=60)
_BACK = timedelta(hours=1)  # somebody's clock is behind ours
_CERTIFICATE = re.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n?", re.S)
_KEY = re.compile("-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----\n?", re.S)


@dataclass(frozen=True)
class Chain:
    """What signs now: for whom, until when, and the authority by which others know it."""

    subject: str
    not_before: datetime
    not_after: datetime
    fingerprint: str  # SHA-256 of the certificate, hex
    authority: str  # PEM
    authority_fingerprint: str
    authority_until: datetime

    def ends_soon(self, now: datetime) -> bool:
        return min(self.not_after, self.authority_until) - now < WARN


def folder() -> Path:
    return Path(settings.DATA) / "keys" / "signing"


def signatory_name() -> str:
    """Return a name that changes with what signs; empty where nothing does, or what did has ended.

    Never reads the key: the server asks for it with every download. Raises `Unavailable`.
    """
    try:
        told = (folder() / "signer.pem").stat()
    except FileNotFoundError:
        return ""
    name, start, end = _standing(str(folder()), told.st_mtime_ns, told.st_ino, told.st_size)
    return name if start <= clock.now() < end else ""  # a signature of after that would count for nothing


@lru_cache(maxsize=8)
def _standing(place: str, *changes_with: int) -> tuple[str, datetime, datetime]:
    leaf = _certificates("signer.pem")[0]
    return leaf.fingerprint(hashes.SHA256()).hex()[:16], leaf.not_valid_before_utc, leaf.not_valid_after_utc


def signatory() -> Signatory | None:
    """Return what files are signed with; None without a chain, or once it has ended. Raises `Unavailable`."""
    name = signatory_name()
    if not name:
        return None
    key, certificates = _read("signer.pem")
    return Signatory(name, "".join(_pem(one) for one in certificates), key)


def show() -> Chain:
    """Return what signs now. Raises `NotFound` where nothing does, `Unavailable` where it cannot be read."""
    if not (folder() / "signer.pem").is_file():
        raise NotFound("This site has no certificate: files carry their tags, and no signature.",
                       hint="`antiphon certificate make` makes one.")  # fmt: skip
    _, certificates = _read("signer.pem")
    leaf, top = certificates[0], certificates[-1]
    return Chain(
        leaf.subject.rfc4514_string(), leaf.not_valid_before_utc, leaf.not_valid_after_utc,
        leaf.fingerprint(hashes.SHA256()).hex(), _pem(top), top.fingerprint(hashes.SHA256()).hex(),
        top.not_valid_after_utc,
    )  # fmt: skip


def make() -> Chain:
    """Make an authority and a certificate under it. Raises `Conflict` where there is a chain already."""
    if (folder() / "signer.pem").exists() or (folder() / "authority.pem").exists():
        raise Conflict(
            "This site has a chain already.", subject="signing", hint="`antiphon certificate renew` goes on."
        )
    _make_authority()
    _make_signer()
    return show()


def renew(*, authority: bool = False) -> Chain:
    """Sign with a new key and certificate from now on; with a new authority where asked, or where it ends too soon.

    What was signed before stays good until its own certificate ends. Raises `NotFound` where there is no chain.
    """
    show()
    if not (folder() / "authority.pem").is_file():
        raise Conflict("This chain came from elsewhere.", hint="Put the new one into keys/signing/signer.pem.")
    _, (top, *_others) = _read("authority.pem")
    if authority or top.not_valid_after_utc - clock.now() < timedelta(days=SIGNER_DAYS):
        _make_authority()
    _make_signer()
    return show()


def _make_authority() -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), _name(f"Files of {_site()}, authority {secrets.token_hex(3)}")
    start = clock.now() - _BACK
    builder = _builder(name, name, key.public_key(), start, start + timedelta(days=AUTHORITY_DAYS))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
    _write("authority.pem", _pem_of_key(key) + _pem(builder.sign(key, hashes.SHA256())))


def _make_signer() -> None:
    text, (top, *_others) = _read("authority.pem")
    above = serialization.load_pem_private_key(text.encode(), None)
    if not isinstance(above, ec.EllipticCurvePrivateKey):
        raise _broken("authority.pem")
    key, start = ec.generate_private_key(ec.SECP256R1()), clock.now() - _BACK
    end = min(start + timedelta(days=SIGNER_DAYS), top.not_valid_after_utc)
    builder = _builder(_name(f"Files of {_site()}"), top.subject, key.public_key(), start, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    # C2PA asks for one of few purposes; this is the one that every reader of manifests takes.
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
    builder = builder.add_extension(purposes, critical=False)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key())
    leaf = builder.add_extension(issuer, critical=False).sign(above, hashes.SHA256())
    _write("signer.pem", _pem_of_key(key) + _pem(leaf) + _pem(top))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> x509.Name:
    organization = x509.NameAttribute(NameOID.ORGANIZATION_NAME, _site())
    return x509.Name([organization, x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _site() -> str:
    """What the site is called in a certificate: the host of its address, 30 characters of it."""
    return (urlsplit(settings.SITE_URL).hostname or "antiphon")[:30]


def _usage(*, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature, key_cert_sign=key_cert_sign, crl_sign=crl_sign, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _pem_of_key(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def _read(name: str) -> tuple[str, list[x509.Certificate]]:
    """Return the key as PEM and the certificates of a file, the one of that key first."""
    certificates = _certificates(name)
    try:
        key = _KEY.search((folder() / name).read_text(encoding="ascii"))
        if key is None:
            raise _broken(name)
        private = serialization.load_pem_private_key(key.group().encode(), None)
        if private.public_key() != certificates[0].public_key():
            raise _broken(name)
    except (OSError, ValueError, TypeError) as error:
        raise _broken(name) from error
    return key.group(), certificates


def _certificates(name: str) -> list[x509.Certificate]:
    try:
        text = (folder() / name).read_text(encoding="ascii")
        found = [x509.load_pem_x509_certificate(one.encode()) for one in _CERTIFICATE.findall(text)]
    except (OSError, ValueError) as error:
        raise _broken(name) from error
    if not found:
        raise _broken(name)
    return found


def _broken(name: str) -> Unavailable:
    return Unavailable(
        "The chain that signs files cannot be read.", subject=name,
        hint="Put keys/signing back from your own copy, or move it away and make a new chain.",
    )  # fmt: skip


def _write(name: str, text: str) -> None:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(folder() / name, text.encode("ascii"))
