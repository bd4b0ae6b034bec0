"""Language of the answer: Vietnamese is the source, other languages are gettext catalogues.

Owns: finding the language, the catalogues and the functions that mark and translate a text. Must not hold a text.
"""

import gettext as catalogues
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

SOURCE_LANGUAGE = "vi"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
"""Each by its own name."""
COOKIE = "language"
_DIRECTORY = Path(__file__).parents[1] / "translations"


@cache
def _catalogue(language: str) -> catalogues.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return catalogues.NullTranslations()
    return catalogues.translation("messages", str(_DIRECTORY), [language], fallback=True)


_FOUND: ContextVar[str | None] = ContextVar("language", default=None)
"""What `language` has found for the request of this thread: a page asks some hundred times."""


def language() -> str:
    """The language of this answer: the person's, else the browser cookie's, else Vietnamese."""
    found = _FOUND.get()
    if found is not None:
        return found
    if not has_request_context():
        return SOURCE_LANGUAGE
    chosen: str | None = g.get("language")
    if chosen not in LANGUAGES:
        chosen = request.cookies.get(cookie_name())
    g.language = chosen = chosen if chosen in LANGUAGES else SOURCE_LANGUAGE
    _FOUND.set(chosen)
    return chosen


def _forget(_error: BaseException | None = None) -> None:
    """A request begins or ends: the next one may be of somebody else."""
    _FOUND.set(None)


def cookie_name() -> str:
    """The browser's cookie that keeps the language; over https its name binds it to this very host."""
    return f"__Host-{COOKIE}" if current_app.config["SESSION_COOKIE_SECURE"] else COOKIE


def use_language(chosen: str) -> None:
    """Answer this request in the language, where there is such a one."""
    g.language = chosen
    _forget()


def gettext(text: str, /, **params: object) -> str:
    """The text in the language of the answer; `%(name)s` is filled from `params`, where there are any."""
    translated = _translated(text)
    return translated % params if params else translated


def _translated(text: str) -> str:
    chosen = language()
    return text if chosen == SOURCE_LANGUAGE else _catalogue(chosen).gettext(text)


@pass_eval_context
def _in_template(context: EvalContext, text: str, /, **params: object) -> str:
    """`_()` of templates, as Jinja's own "newstyle" does it, by one call in place of four: `%%` is a percent sign."""
    translated = _translated(text)
    if not context.autoescape:
        return translated % params if params or "%" in translated else translated
    shown = Markup(translated)  # noqa: S704  # safe: our words; params are escaped
    return shown % params if params or "%" in translated else shown


def ngettext(singular: str, plural: str, n: int, /, **params: object) -> str:
    """As gettext, for a counted thing. Vietnamese has one form and writes it twice."""
    translated = _catalogue(language()).ngettext(singular, plural, n)
    return translated % ({"num": n, "n": n} | params)


def mark(text: str) -> str:
    """Mark a text that is translated later by gettext()."""
    return text


class LazyText:
    """A text that is translated when it is shown: labels of forms exist before any request."""

    def __init__(self, text: str, params: dict[str, object]) -> None:
        self._text = text
        self._params = params

    def __str__(self) -> str:
        return gettext(self._text, **self._params)

    def __html__(self) -> str:  # safe: escaped here
        return str(escape(str(self)))

    def __mod__(self, values: Any) -> str:
        return str(str(self) % values)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._text)

    def __len__(self) -> int:
        return len(str(self))


def lazy_gettext(text: str, /, **params: object) -> str:
    """As gettext, translated when shown. Typed as the text it stands for."""
    return cast(str, LazyText(text, params))


def init_app(app: Flask) -> None:
    """Give templates `_`, `ngettext`, {% trans %} and the language."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    environment: Any = app.jinja_env
    environment.install_gettext_callables(
        lambda text: _catalogue(language()).gettext(text),
        lambda singular, plural, n: _catalogue(language()).ngettext(singular, plural, n),
        newstyle=True,
    )
    environment.globals["_"] = _in_template
    app.before_request(_forget)
    app.teardown_request(_forget)
    app.context_processor(lambda: {"language": language()})
