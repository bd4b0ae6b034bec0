"""Templates of this application: how their names are looked up.

Owns: the environment. Must not know a template.
"""

from collections.abc import MutableMapping
from typing import Any

from flask.templating import Environment


class Templates(Environment):
    """Flask's environment with the global names of a template in one plain dictionary.

    Jinja's own chain of two is asked a hundred times a page, by calls of Python. What it is for, globals that are added
    after a template was loaded, does not happen here: they are all there before the first request.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The names that a template finds besides what it is given."""
        return {**self.globals, **(d or {})}
