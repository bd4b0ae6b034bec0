"""The options of a select box, finished for the template.

Owns: drawing them, once for equal lists: a page of a list has a hundred, the same for everybody. Must not know a list.
"""

from collections.abc import Iterable
from functools import lru_cache

from markupsafe import Markup

_OPTION = Markup('<option value="%s"%s>%s</option>')  # safe: escaped when it is filled in
_CHOSEN = Markup(" selected")  # safe: ours


def options(pairs: Iterable[tuple[object, str]], chosen: str) -> Markup:
    """The pairs of value and text, in their order, that with the value `chosen` marked."""
    return _drawn(tuple((str(value), text) for value, text in pairs), chosen)


@lru_cache(maxsize=200)
def _drawn(pairs: tuple[tuple[str, str], ...], chosen: str) -> Markup:
    drawn = (_OPTION % (value, _CHOSEN if value == chosen else "", text) for value, text in pairs)
    return Markup("").join(drawn)  # safe: joined pieces are escaped, or were before
