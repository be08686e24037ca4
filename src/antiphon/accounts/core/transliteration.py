"""Latin letters for other scripts: enough for an address one can read aloud, not for scholarship.

Tables after BGN/PCGN (Cyrillic), ISO 843 (Greek), Hepburn (kana) and Revised Romanization (Hangul), each
simplified to plain ASCII. Han characters have no reading without a dictionary and are left out.
"""

LATIN = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h",
    "ı": "i", "ŋ": "ng", "ŧ": "t", "ĸ": "k", "ə": "e", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ɛ": "e", "ɔ": "o",
}  # fmt: skip

_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k",
    "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f",
    "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e",
    "ю": "yu", "я": "ya", "є": "ye", "і": "i", "ґ": "g", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c",
    "ђ": "dj", "џ": "dz", "ѕ": "dz", "ў": "u", "қ": "q", "ғ": "gh", "ң": "ng", "ө": "o", "ұ": "u",
    "ү": "u", "һ": "h", "ә": "a",
}  # fmt: skip

_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip

_ROWS = {
    "": "あいうえお", "k": "かきくけこ", "s": "さしすせそ", "t": "たちつてと",
    "n": "なにぬねの", "h": "はひふへほ", "m": "まみむめも", "r": "らりるれろ",
    "g": "がぎぐげご", "z": "ざじずぜぞ", "d": "だぢづでど", "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}  # fmt: skip
_HEPBURN = {
    "し": "shi", "ち": "chi", "つ": "tsu", "ふ": "fu", "じ": "ji", "ぢ": "ji", "づ": "zu", "や": "ya",
    "ゆ": "yu", "よ": "yo", "わ": "wa", "を": "o", "ん": "n", "ゔ": "vu", "ゐ": "i", "ゑ": "e",
}  # fmt: skip
_KANA = {kana: row + vowel for row, five in _ROWS.items() for kana, vowel in zip(five, "aiueo", strict=True)} | _HEPBURN
_SMALL_Y = {"ゃ": "a", "ゅ": "u", "ょ": "o"}
_SMALL_VOWEL = dict(zip("ぁぃぅぇぉ", "aiueo", strict=True))
_DOUBLE = "っ"
_LONG = "ー"

_INITIAL = "g,kk,n,d,tt,r,m,b,pp,s,ss,,j,jj,ch,k,t,p,h".split(",")  # noqa: SIM905  (a table)
_MEDIAL = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split(" ")  # noqa: SIM905
_FINAL = " k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split(" ")  # noqa: SIM905


def latin_of(text: str) -> str:
    """Return lower-case text (NFC) with the scripts above spelled in ASCII; the rest stays as it is."""
    spelled: list[str] = []
    doubled = False
    for raw in text:
        letter = _hiragana(raw)
        if letter == _DOUBLE:
            doubled = True
            continue
        if letter == _LONG and spelled and spelled[-1]:
            continue
        if letter in _SMALL_Y and spelled and spelled[-1].endswith("i"):
            stem = spelled[-1][:-1]
            spelled[-1] = stem + ("" if stem in ("sh", "ch", "j") else "y") + _SMALL_Y[letter]
            continue
        if letter in _SMALL_VOWEL and spelled and spelled[-1][-1:] in ("a", "i", "u", "e", "o"):
            spelled[-1] = spelled[-1][:-1] + _SMALL_VOWEL[letter]
            continue
        sound = _one(letter)
        if doubled and sound:
            sound = ("t" if sound.startswith("ch") else sound[0]) + sound
        doubled = False
        spelled.append(sound)
    return "".join(spelled)


def _one(letter: str) -> str:
    if "가" <= letter <= "힣":
        place = ord(letter) - ord("가")
        return _INITIAL[place // 588] + _MEDIAL[place % 588 // 28] + _FINAL[place % 28]
    for table in (LATIN, _CYRILLIC, _GREEK, _KANA):
        if letter in table:
            return table[letter]
    return letter


def _hiragana(letter: str) -> str:
    """Katakana as hiragana: the two blocks lie 0x60 apart."""
    return chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヴ" else letter
