"""Croissant 1.1 (MLCommons): a dataset described as JSON-LD, with rights in `usageInfo` as an ODRL offer.

Every file has its SHA-256 and a record set that reads it, so that a loader which reads a file has compared its hash.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from antiphon.kernel.sheets import harmless

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "prov": "http://www.w3.org/ns/prov#",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
COLUMNS = ("recording", "file", "sha256", "title", "artists", "license", "address", "isrc")

_AS_BYTES = "text/plain"


@dataclass(frozen=True)
class Song:
    """One file of a dataset, with what has to be said wherever it goes."""

    recording: int
    name: str  # below the dataset's folder
    sha256: str
    size_bytes: int
    mime: str
    title: str
    artists: str
    license: str
    address: str
    isrc: str = ""

    @property
    def attribution(self) -> str:
        return f"“{self.title}” by {self.artists} ({self.license}), {self.address}"


@dataclass(frozen=True)
class Described:
    """What a dataset's metadata says of the whole."""

    uid: str
    site: str
    purpose: str
    purpose_words: str
    actor: str
    job_address: str  # the job's entry in the public log
    made_on: str  # a day
    manifest_root: str


def table_of(songs: Sequence[Song]) -> list[list[str]]:
    """The rows of `tracks.csv`, headings first."""
    return [list(COLUMNS), *([str(song.recording), song.name, song.sha256,
                              *map(harmless, (song.title, song.artists, song.license, song.address, song.isrc))]
                             for song in songs)]  # fmt: skip


def describe(said: Described, songs: Sequence[Song], table_sha256: str, table_bytes: int) -> dict[str, Any]:
    """The content of `croissant.json`."""
    table = _file("tracks.csv", "tracks.csv", table_sha256, table_bytes, "text/csv")
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": f"antiphon-{said.uid[:12]}",
        "description": (
            f"{len(songs)} recordings from {said.site} whose holders all allow {said.actor} this use, and no other: "
            f"{said.purpose_words} ({said.purpose})."
        ),
        "url": said.job_address,
        "license": said.job_address,
        "version": "1.0.0",
        "datePublished": said.made_on,
        "citeAs": "; ".join(song.attribution for song in songs),
        "creator": {"@type": "sc:Organization", "name": said.site, "url": said.site},
        "usageInfo": _rights(said),
        "prov:wasDerivedFrom": [{"@id": song.address} for song in songs],
        "prov:wasGeneratedBy": {"@type": "prov:Activity", "@id": said.job_address, "prov:label": said.manifest_root},
        "rai:dataCollection": "Uploaded by those who hold rights; every holder answered each use that was asked for.",
        "rai:dataUseCases": [said.purpose],
        "rai:personalSensitiveInformation": ["Voices may be recognised."],
        "distribution": [table, *(_song(song) for song in songs)],
        "recordSet": [_tracks(), *(_sound(song) for song in songs)],
    }


def _rights(said: Described) -> dict[str, Any]:
    purpose = {
        "@type": "odrl:Constraint",
        "odrl:leftOperand": {"@id": "odrl:purpose"},
        "odrl:operator": {"@id": "odrl:eq"},
        "odrl:rightOperand": said.purpose,
    }
    return {
        "@type": ["CreativeWork", "odrl:Offer"],
        "odrl:uid": said.job_address,
        "odrl:assigner": said.site,
        "odrl:permission": {
            "odrl:action": {"@id": "odrl:use"},
            "odrl:assignee": said.actor,
            "odrl:constraint": [purpose],
            "odrl:duty": [{"odrl:action": {"@id": "odrl:attribute"}}, {"odrl:action": {"@id": "odrl:delete"}}],
        },
        "odrl:prohibition": [
            {"odrl:action": {"@id": "odrl:distribute"}},
            {"odrl:action": {"@id": "odrl:sell"}},
        ],
    }


def _file(identity: str, name: str, sha256: str, size_bytes: int, mime: str) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": identity,
        "name": identity,
        "contentUrl": name,
        "contentSize": f"{size_bytes} B",
        "encodingFormat": mime,
        "sha256": sha256,
    }


def _song(song: Song) -> dict[str, Any]:
    file = _file(f"recording-{song.recording}", song.name, song.sha256, song.size_bytes, song.mime)
    # The reference loader hands out the bytes, hash compared, of what may be read as text, and knows hardly any sound.
    return file | {"description": song.attribution, "encodingFormat": [_AS_BYTES, song.mime]}


def _tracks() -> dict[str, Any]:
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"tracks/{column}",
            "name": f"tracks/{column}",
            "dataType": "sc:Integer" if column == "recording" else "sc:Text",
            "source": {"fileObject": {"@id": "tracks.csv"}, "extract": {"column": column}},
        }
        for column in COLUMNS
    ]
    return {"@type": "cr:RecordSet", "@id": "tracks", "name": "tracks", "field": fields}


def _sound(song: Song) -> dict[str, Any]:
    identity = f"sound-{song.recording}"
    field = {
        "@type": "cr:Field",
        "@id": f"{identity}/content",
        "name": f"{identity}/content",
        "dataType": "sc:AudioObject",
        "source": {"fileObject": {"@id": f"recording-{song.recording}"}, "extract": {"fileProperty": "content"}},
    }
    return {"@type": "cr:RecordSet", "@id": identity, "name": identity, "field": [field]}
