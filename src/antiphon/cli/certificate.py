"""`antiphon certificate show | make | renew`: the chain that signs files."""

import argparse
from typing import Any

from antiphon.cli.printing import add_json, show_json
from antiphon.declarations import certificate
from antiphon.kernel import clock


def register(subparsers: Any) -> None:
    verbs = subparsers.add_parser("certificate", help="the chain that signs files").add_subparsers(
        dest="what", metavar="WHAT", required=True
    )
    parser = verbs.add_parser("show", help="say who signs, until when, and by what others know it")
    parser.add_argument("--pem", action="store_true", help="print the authority as PEM, and nothing else")
    add_json(parser)
    parser.set_defaults(run=show)
    parser = verbs.add_parser("make", help="make an authority of this site's own, and a certificate under it")
    add_json(parser)
    parser.set_defaults(run=make)
    parser = verbs.add_parser("renew", help="sign with a new key from now on")
    parser.add_argument("--authority", action="store_true", help="under a new authority: others must learn it")
    add_json(parser)
    parser.set_defaults(run=renew)


def show(args: argparse.Namespace) -> int:
    chain = certificate.show()
    if args.pem:
        print(chain.authority, end="")
        return 0
    return _tell(chain, args)


def make(args: argparse.Namespace) -> int:
    return _tell(certificate.make(), args)


def renew(args: argparse.Namespace) -> int:
    return _tell(certificate.renew(authority=args.authority), args)


def _tell(chain: certificate.Chain, args: argparse.Namespace) -> int:
    if args.json:
        show_json(
            {
                "subject": chain.subject,
                "from": chain.not_before,
                "until": chain.not_after,
                "sha256": chain.fingerprint,
                "authority": {"sha256": chain.authority_fingerprint, "until": chain.authority_until},
                "pem": chain.authority,
            }
        )
        return 0
    print(f"Files are signed by {chain.subject}, until {chain.not_after:%Y-%m-%d}.")
    print(
        f"Its authority has the fingerprint {chain.authority_fingerprint} and ends on {chain.authority_until:%Y-%m-%d}."
    )
    if chain.ends_soon(clock.now()):
        print("That is soon: `antiphon certificate renew`.")
    return 0
