"""The encodings that came before Unicode: which one a text is in, and its letters.

Owns: the choice, by counting the syllables that each reading gives (a text in TCVN3 or VNI is full of words that no
Vietnamese syllable is spelled like). Must not know files. Pure.
"""

import unicodedata
from collections.abc import Callable, Iterable

from tracker.sheets import tcvn3, vni
from tracker.sheets.grid import no_change
from tracker.sheets.syllables import marked_words

TCVN3, VNI, WINDOWS_1258 = "tcvn3", "vni", "windows-1258"
CONVERSIONS: dict[str, Callable[[str], str]] = {TCVN3: tcvn3.to_unicode, VNI: vni.to_unicode}
_SAMPLE = 20_000
"""Characters that are enough to tell."""
_FEWEST_WORDS = 2
_SURE = 0.6
_MARGIN = 0.25


def conversion(encoding: str) -> Callable[[str], str]:
    """What brings a cell of that encoding to letters; a cell that is Unicode already stays as it is."""
    found = CONVERSIONS.get(encoding)
    if found is None:
        return no_change
    return lambda text: text if _is_unicode(text) else found(text)


def detected(texts: Iterable[str]) -> str | None:
    """TCVN3 or VNI, when the texts as they are seen in Windows-1252 read as one of them; None when they do not."""
    sample = _sample(texts)
    if not sample:
        return None
    as_it_is = reading(sample)
    best, found = max((reading(convert(sample)), name) for name, convert in CONVERSIONS.items())
    return found if best >= max(_SURE, as_it_is + _MARGIN) else None


def encoding_of(content: bytes) -> str | None:
    """The encoding of bytes that are not Unicode: TCVN3, VNI or Windows-1258; None when none reads well."""
    seen = content[: _SAMPLE * 4].decode("cp1252", "replace")
    if (found := detected(seen.split("\n"))) is not None:
        return found
    letters = unicodedata.normalize("NFC", content[: _SAMPLE * 4].decode("cp1258", "replace"))
    return WINDOWS_1258 if reading(letters) >= _SURE else None


def reading(text: str) -> float:
    """The share of words with marks that are syllables, 0 to 1; 0 where too few words have any."""
    good, total = marked_words(text)
    return good / total if total >= _FEWEST_WORDS else 0.0


def _is_unicode(text: str) -> bool:
    """Whether it holds a letter that neither encoding shows: ơ, ư, đ, ế …"""
    return any("\u0100" <= char <= "\u01bf" or "\u1ea0" <= char <= "\u1eff" for char in text)


def _sample(texts: Iterable[str]) -> str:
    kept: list[str] = []
    size = 0
    for text in texts:
        if text.isascii() or _is_unicode(text):
            continue
        kept.append(text)
        size += len(text)
        if size > _SAMPLE:
            break
    return "\n".join(kept)
