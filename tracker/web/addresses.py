"""Addresses within the product, built once for equal values and kept.

A page asks for some thirty of them, nearly always the same ones; building each anew was a twentieth of a page's time.
"""

from functools import lru_cache
from typing import Any, Protocol

from flask import Flask, has_request_context, request

KEPT = 2_000
"""Addresses kept in a process; the longest unused one makes room."""


class _Building(Protocol):
    def __call__(self, root: str, endpoint: str, /, **values: Any) -> str: ...


class KeepingAddresses(Flask):
    """An application that remembers the addresses it has built."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._kept_address: _Building = lru_cache(KEPT, typed=True)(self._build_address)

    def _build_address(self, root: str, endpoint: str, /, **values: Any) -> str:
        # `root` only tells apart what is kept: building takes it from the request.
        return super().url_for(endpoint, **values)

    def url_for(
        self,
        /,
        endpoint: str,
        *,
        _anchor: str | None = None,
        _method: str | None = None,
        _scheme: str | None = None,
        _external: bool | None = None,
        **values: Any,
    ) -> str:
        """The address of a page, as Flask builds it.

        What depends on more than its values is built each time: a relative endpoint, a whole address with its host.
        """
        depends = _anchor or _method or _scheme or _external is not None or endpoint.startswith(".")
        if not depends and has_request_context():
            try:
                return self._kept_address(request.root_path, endpoint, **values)
            except TypeError:  # a list among the values cannot be looked up
                pass
        return super().url_for(
            endpoint, _anchor=_anchor, _method=_method, _scheme=_scheme, _external=_external, **values
        )
