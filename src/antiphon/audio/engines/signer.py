"""The limited process that signs: `python -m antiphon.audio.engines.signer`, talked to as `errand` says.

`input` is a copy that has its tags already; `also` may name the original, whose own manifests become the parent of
ours. No decoder is loaded here. Source: C2PA 2.2; c2pa-python 0.38 (Rust).
"""

import base64
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

import c2pa

from antiphon.audio.core.limits import Limits
from antiphon.audio.core.manifests import FORMATS, may_be_kept
from antiphon.audio.engines import errand
from antiphon.audio.engines.errand import Request

_CHUNK = 1024 * 1024
# Nothing is fetched, whatever a manifest points at; the signature is read back once before it goes out.
_SETTINGS: dict[str, Any] = {
    "verify": {"verify_after_sign": True, "remote_manifest_fetch": False, "ocsp_fetch": False},
    "builder": {"thumbnail": {"enabled": False}},
}


def _sign(request: Request, path: Path, folder: Path, limits: Limits, say: errand.Say, held: Any) -> Any:
    mime, embeds = FORMATS[request["suffix"]]
    target = folder / f"signed.{request['suffix']}"
    with c2pa.Context(c2pa.Settings.from_dict(_SETTINGS)) as context:
        builder = c2pa.Builder(request["definition"], context)
        builder.set_intent(c2pa.C2paBuilderIntent.EDIT)
        if not embeds:
            builder.set_no_embed()
        original = Path(request["also"][0]) if request.get("also") else None
        kept = original is not None and _add_parent(builder, request["original_suffix"], original, context)
        with path.open("rb") as source, target.open("w+b") as out:
            manifest = builder.sign(_signer(request["signatory"]), mime, source, out)
            told = _about(out)
    return {
        "file": target.name if embeds else path.name,
        "manifest": "" if embeds else base64.b64encode(manifest).decode(),
        "kept_parent": kept,
        **told,
    }


def _signer(signatory: dict[str, str]) -> c2pa.Signer:
    # No time stamp: none is asked of a stranger's server. The signature holds as long as the certificate.
    return c2pa.Signer.from_info(
        c2pa.C2paSignerInfo(
            alg=c2pa.C2paSigningAlg.ES256,
            sign_cert=signatory["certificates"].encode(),
            private_key=signatory["private_key"].encode(),
            ta_url=None,
        )
    )


def _add_parent(builder: c2pa.Builder, suffix: str, original: Path, context: c2pa.Context) -> bool:
    """Name the original as the parent, with the manifests it arrived with, where it has any that may be kept."""
    if not FORMATS.get(suffix, ("", False))[1]:
        return False
    mime = FORMATS[suffix][0]
    with original.open("rb") as file:
        try:
            with c2pa.Reader(mime, file, context=context) as reader:
                if not may_be_kept(json.loads(reader.json())):
                    return False
            file.seek(0)
            builder.add_ingredient({"relationship": "parentOf"}, mime, file)
        except c2pa.C2paError:
            return False  # it has none, or one that cannot be read
    return True


def _about(file: BinaryIO) -> dict[str, Any]:
    digest = hashlib.sha256()
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    os.fsync(file.fileno())
    return {"size_bytes": size, "sha256": digest.hexdigest()}


VERBS: dict[str, errand.Verb] = {"sign": _sign}

if __name__ == "__main__":
    sys.exit(errand.run(VERBS, (OSError, c2pa.C2paError)))
