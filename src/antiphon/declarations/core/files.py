"""The files a site answers with for all its pages: robots.txt, ai.txt, tdmrep.json, and a TDM policy.

Sources: RFC 9309; Spawning's ai.txt; TDMRep 2024-05-10 with its ODRL profile. `docs/develop/decisions/0014-…` says how
robots.txt is laid out and for which readers.
"""

import json
from collections.abc import Sequence

from antiphon.declarations.core.declaration import SITE, Declaration, Said
from antiphon.declarations.core.lines import content_signal, content_usage, reserves

# Where what we say is written down: open to those who may fetch nothing else.
SIGNALS = ("/rsl.xml", "/ai.txt", "/.well-known/", "/policies/")
# Nothing below these is a page about music; sound comes by signed addresses and says its own answer in its headers.
CLOSED = (
    "/media/",
    "/listen/",
    "/uploads/",
    "/studio/",
    "/operate/",
    "/accounts/",
    "/api/",
    "/embed/listen/",
    "/guard/",
)


def robots_txt(site: str, agents: Sequence[str]) -> str:
    """Return robots.txt. One group an agent, no blank line in a group, no pattern but plain prefixes.

    Within a group the first line that matches is also the longest, so that readers that take the first (the standard
    library of Python) and those that take the longest (RFC 9309) agree.
    """
    lines = [
        "# Agents that gather for AI are asked to take nothing here. What each track allows stands in its headers,",
        "# its page and its RSL document. This file cannot grant anything.",
        f"License: {site}/rsl.xml",
        "",
    ]
    for agent in agents:
        lines += [f"User-agent: {agent}", *(f"Allow: {path}" for path in SIGNALS), "Disallow: /", ""]
    lines += ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED), "Allow: /"]
    if usage := content_usage(SITE):
        lines.append(f"Content-Usage: {usage}")
    if signal := content_signal(SITE):
        lines.append(f"Content-Signal: {signal}")
    return "\n".join(lines) + "\n"


def ai_txt() -> str:
    """Return ai.txt, which is read when media is fetched: no track here can be told a yes to training by it."""
    return "# No media of this site may be used to train without a licence.\nUser-Agent: *\nDisallow: /\n"


def tdmrep(policy: str, said: Declaration = SITE) -> str:
    """Return `/.well-known/tdmrep.json`: an array, for all the site."""
    rule: dict[str, object] = {"location": "/*", "tdm-reservation": int(reserves(said))}
    if reserves(said):
        rule["tdm-policy"] = policy
    return json.dumps([rule])


def tdm_policy(said: Declaration, *, uid: str, name: str, page: str, contact: str) -> str:
    """Return a TDM policy: who to ask. It holds no prohibition; the reservation is made where this is linked from."""
    mine: dict[str, object] = {"action": "tdm:mine", "duty": [{"action": "obtainConsent"}]}
    permissions = [mine]
    if said.of("research") is Said.YES:
        purpose = {"leftOperand": "purpose", "operator": "eq", "rightOperand": "tdm:research"}
        permissions.insert(0, {"action": "tdm:mine", "constraint": [purpose]})
    return json.dumps(
        {
            "@context": ["http://www.w3.org/ns/odrl.jsonld", "http://www.w3.org/ns/tdmrep.jsonld"],
            "@type": "Offer",
            "profile": "http://www.w3.org/ns/tdmrep",
            "uid": uid,
            "assigner": {"uid": page, "vcard:fn": name, "vcard:hasURL": contact},
            "permission": permissions,
        },
        ensure_ascii=False,
    )
