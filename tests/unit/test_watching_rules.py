"""Reading declarations and pages of terms: what is kept of a page, what a promise is, and what no file may ask."""

import io
import json
import zlib

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, StreamObject

from antiphon.terms.core.declaring import BadDeclaration, Range, Selection, read_declaration
from antiphon.terms.core.importing import BadSnapshot, joined, text_of
from antiphon.terms.core.promising import Checked, Does, judge
from antiphon.terms.engines import pdf
from antiphon.terms.service.bringing import page_text

REST = "These are enough words for a page of terms, so that nobody takes it for an error or an empty page. " * 3
PAGE = f"""<html><body><nav>Menu</nav><div id="a"><h2>One</h2><p>First. {REST}</p></div>
<div id="b"><h2>Two</h2><p class="x">Second. {REST}</p></div>
<div id="c"><h2>Three</h2><p>Third. {REST}</p></div><footer>Foot</footer></body></html>"""


def pdf_of(*pages: str) -> bytes:
    """A PDF whose pages show these words."""
    writer = PdfWriter()
    font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                             NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
    for words in pages:
        page = writer.add_blank_page(612, 792)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        lines = " T* ".join(f"({words[at : at + 80]}) Tj" for at in range(0, len(words), 80))
        stream.set_data(f"BT /F1 10 Tf 12 TL 40 740 Td {lines} ET".encode())
        page[NameObject("/Contents")] = stream
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("selection", "kept", "left"),
    [
        (Selection(("#b",)), ["Second"], ["First", "Third"]),
        (Selection(("#a", "#c")), ["First", "Third"], ["Second"]),
        (Selection(("body", "#b")), ["First", "Second", "Third"], []),
        (Selection(("body",), ("#b", ".none")), ["First", "Third"], ["Second"]),
        (Selection((Range("#a", "#c", with_start=True, with_end=False),)), ["First", "Second"], ["Third"]),
        (Selection((Range("#a", "#c", with_start=False, with_end=True),)), ["Second", "Third"], ["First"]),
        (Selection((Range("#a", "#b .x", with_start=False, with_end=False),)), ["Two"], ["First", "Second", "Third"]),
        (Selection(("body",), (Range("#b", "#c", with_start=True, with_end=False),)), ["First", "Third"], ["Second"]),
    ],
)
def test_of_a_page_what_is_selected_is_kept_once(selection: Selection, kept: list[str], left: list[str]) -> None:
    page = PAGE.replace("<h2>Two</h2>", f"<h2>Two</h2><p>{REST}</p>")
    made = text_of(page.encode(), selection=selection)
    assert [made.count(f"{word}. ") if word != "Two" else made.count("Two") for word in kept] == [1] * len(kept)
    assert not [word for word in [*left, "Menu", "Foot"] if f"{word}. " in made or f"{word}\n" in made]


@pytest.mark.parametrize(
    "rule", [Range("#c", "#a", with_start=True, with_end=True), Range("#a", "#none", with_start=True, with_end=True)]
)
def test_a_range_that_is_not_there_selects_nothing(rule: Range) -> None:
    with pytest.raises(BadSnapshot, match="nothing in it is selected by"):
        text_of(PAGE.encode(), selection=Selection((rule,)))


def test_what_no_xml_may_hold_is_left_out_of_a_text() -> None:
    assert "\x0b" not in joined([f"a\x0bb\x01c {REST}"])


def test_a_declaration_is_read_as_open_terms_archive_writes_it() -> None:
    said = {
        "name": "Example",
        "terms": {
            "Terms of Service": {
                "select": ["main", {"startAfter": "#a", "endBefore": "#b"}],
                "combine": [{"fetch": "https://example.org/1"}, {"fetch": "https://example.org/2", "select": "body"}],
            },
            "AI Policy": {"fetch": "https://example.org/ai", "remove": ".menu", "executeClientScripts": True},
        },
    }
    first, second = read_declaration(json.dumps(said))
    assert (first.service, first.kind, first.url) == ("Example", "Terms of Service", "https://example.org/1")
    assert first.parts[0].selection.keep == ("main", Range("#a", "#b", with_start=False, with_end=False))
    assert first.parts[1].selection.keep == ("body",)
    assert second.parts[0].selection == Selection((), (".menu",))
    assert second.parts[0].needs_scripts


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("{", "it is no JSON"),
        ({"terms": {}}, "it names no service"),
        ({"name": "Example"}, "it declares no terms"),
        ({"name": "Example", "terms": {"T": {"select": "main"}}}, "“fetch” is the address of a page"),
        ({"name": "Example", "terms": {"T": {"fetch": "file:///etc/passwd"}}}, "“fetch” is the address of a page"),
        ({"name": "Example", "terms": {"T": {"fetch": "https://e.org", "select": "a[["}}}, "is no CSS selector"),
        ({"name": "Example", "terms": {"T": {"fetch": "https://e.org", "filter": ["x"]}}}, "which is code"),
        ({"name": "Example", "terms": {"T": {"fetch": "https://e.org", "select": {"startBefore": "a"}}}}, "one end"),
        ({"name": "Example", "terms": {"T": {"combine": []}}}, "“combine” is a list of pages"),
    ],
)
def test_a_declaration_that_cannot_be_followed_says_why(said: object, why: str) -> None:
    with pytest.raises(BadDeclaration, match=why):
        read_declaration(said if isinstance(said, str) else json.dumps(said))


@pytest.mark.parametrize(
    ("sentence", "does", "checked"),
    [
        ("You explicitly agree that your Content may be used to train artificial intelligence.", Does.TAKES, None),
        ("We may use your content to train machine learning models.", Does.TAKES, None),
        ("We will never use your music to train AI.", Does.PROMISES, Checked.NOT),
        ("Neither we nor any third party is allowed to use Content to train AI.", Does.PROMISES, Checked.NOT),
        ("We will not train AI on it without your explicit consent.", Does.PROMISES, Checked.PART),
        ("You can opt out of AI training in your settings at any time.", Does.PROMISES, Checked.WHOLE),
        ("We will notify you by e-mail before your content is used for AI.", Does.PROMISES, Checked.WHOLE),
        ("You must not use scraping or machine learning on this site.", Does.FORBIDS_YOU, None),
        ("Artificial intelligence is a field of computer science.", Does.SAYS, None),
    ],
)
def test_a_sentence_is_judged_by_rule(sentence: str, does: Does, checked: Checked | None) -> None:
    found = judge(sentence)
    assert (found.does, found.checked) == (does, checked)


def test_the_words_of_a_pdf_are_read_in_a_process_of_its_own() -> None:
    words = pdf.text(pdf_of("We will not train AI on your music.", "Second page."))
    assert "We will not train AI on your music." in words
    assert words.index("music") < words.index("Second page.")


def bomb() -> bytes:
    """A PDF of a few hundred kilobytes whose one page unfolds to more than the process may hold."""
    writer = PdfWriter()
    page = writer.add_blank_page(612, 792)
    stream = StreamObject()
    stream._data = zlib.compress(b" " * (pdf.MEMORY_BYTES // 2), 9)
    stream[NameObject("/Filter")] = NameObject("/FlateDecode")
    page[NameObject("/Contents")] = stream
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("raw", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(range(256)) * 40])
def test_a_pdf_that_cannot_be_read_is_told_and_no_more(raw: bytes) -> None:
    with pytest.raises(BadSnapshot, match=r"^this PDF cannot be read: "):
        pdf.text(raw)


def test_a_pdf_that_unfolds_to_more_than_there_is_room_for_is_no_text() -> None:
    with pytest.raises(BadSnapshot, match=r"fewer than 30 words|cannot be read"):
        page_text([bomb()], [""], [Selection()])
