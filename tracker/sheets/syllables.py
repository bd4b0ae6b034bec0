"""Which words are Vietnamese syllables: how well a text reads when it is taken for this or that encoding.

Owns: the spelling of a syllable. Must not know encodings. Pure.
"""

import re
import unicodedata

_TONES = {"\u0300", "\u0309", "\u0303", "\u0301", "\u0323"}
_STOP_TONES = {"", "\u0301", "\u0323"}
"""A syllable that ends in c, ch, p or t takes sắc or nặng; without any tone it is a syllable typed without marks."""
_ONSET = re.compile(r"(?:ngh|ng|nh|gh|gi|kh|ch|ph|th|tr|qu|[bcdđghklmnpqrstvx])?")
_SPELLED = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet
    oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uên uênh uêt ui um un ung uôc uôi uôm uôn uông uôt uơ up ut
    uy uya uych uyên uyêt uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu yt ych ynh
"""
_RHYMES = frozenset(re.split(r"\s+", _SPELLED.strip()))
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 7


def is_syllable(word: str) -> bool:
    """Whether the word, in whatever case, is spelled as a Vietnamese syllable."""
    if not word or len(word) > _LONGEST:
        return False
    toneless, tone = _without_tone(word.lower())
    if tone is None:
        return False
    onset = _ONSET.match(toneless)
    for start in {onset.end() if onset else 0, *([1] if toneless.startswith("gi") else [])}:
        rhyme = toneless[start:]
        if rhyme in _RHYMES and (tone in _STOP_TONES or not rhyme.endswith(("c", "ch", "p", "t"))):
            return True
    return False


def _without_tone(word: str) -> tuple[str, str | None]:
    """The word without its tone, and the tone; None where it carries two."""
    parts = unicodedata.normalize("NFD", word)
    tones = [char for char in parts if char in _TONES]
    kept = "".join(char for char in parts if char not in _TONES)
    return unicodedata.normalize("NFC", kept), None if len(tones) > 1 else "".join(tones)


def marked_words(text: str) -> tuple[int, int]:
    """Words with a letter outside ASCII that are syllables, and all words with such a letter or sign.

    Signs count as letters: "§Ò nghÞ" is two words that are none.
    """
    good = total = 0
    for word in text.split():
        if word.isascii():
            continue
        parts = [part for part in _WORD.findall(word) if not part.isascii()]
        total += max(1, len(parts))
        is_whole = _WORD.sub("", word).translate(_PUNCTUATION).isascii()
        good += sum(map(is_syllable, parts)) if is_whole else 0
    return good, total


_PUNCTUATION = {ord(char): None for char in "“”‘’…–—•"}
