"""Speaks like `python -m antiphon.audio.engines.songs`, but its two pieces are a second long."""

import json
import sys
import wave
from pathlib import Path

PIECES = [
    {
        "slug": slug, "title": title, "number": number, "key": "Dm", "bpm": 66, "genre": "Chant", "tags": ["voices"],
        "description": "A question.", "licence": licence, "downloads": downloads,
    }
    for number, (slug, title, licence, downloads) in enumerate(
        [("ask", "Ask", "cc-by", "anyone"), ("answer", "Answer", "all-rights-reserved", "nobody")], 1
    )
]  # fmt: skip
PROGRAMME = {
    "event": "programme",
    "order": ["answer", "ask"],
    "artists": [{"slug": "two", "name": "Two Voices", "place": "Nowhere", "biography": "They are imaginary."}],
    "sets": [
        {"slug": "pair", "artist": "two", "title": "A Pair", "kind": "ep", "date": "2026-03-21", "description": "Both.",
         "pieces": PIECES}
    ],
}  # fmt: skip


def main(arguments: list[str]) -> int:
    if arguments == ["--programme"]:
        print(json.dumps(PROGRAMME))
        return 0
    folder, only = Path(arguments[0]), arguments[arguments.index("--only") + 1 :]
    if "broken" in [path.name for path in folder.parent.iterdir()]:
        sys.stderr.write("the oboe is ill\n")
        return 1
    for number, slug in enumerate(only, 1):
        title = slug.capitalize()
        print(
            json.dumps({"event": "begun", "slug": slug, "title": title, "number": number, "of": len(only)}), flush=True
        )
        path = folder / f"{title}.wav"
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(bytes([number, 7 if slug == "ask" else 9]) * 8000)
        print(json.dumps({"event": "piece", "slug": slug, "path": str(path)}), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
