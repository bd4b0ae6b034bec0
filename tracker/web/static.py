"""Static files: served by WhiteNoise, under a name that carries the hash of their content.

Owns: the hashed names and how long a browser may keep a file. Must not know a page.

`css/theme.css` is also served as `css/theme.<hash>.css`, so that relative addresses inside it stay true. Hashed names
and the versioned directories of `vendor/` never change their content and may be kept for ever.
"""

import hashlib
from pathlib import Path

from flask import Flask, url_for
from whitenoise import WhiteNoise

_ROOT = Path(__file__).parents[1] / "static"
_PREFIX = "/static/"


def init_app(app: Flask) -> None:
    """Serve the files and give templates `static_url(name)`."""
    hashed = _hashed_names()
    forever = set(hashed.values())
    white_noise = WhiteNoise(
        app.wsgi_app,
        max_age=3600,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: url in forever or url.startswith(f"{_PREFIX}vendor/"),
    )
    for name, url in hashed.items():
        path = str(_ROOT / name)
        white_noise.add_file_to_dictionary(_PREFIX + name, path)
        white_noise.add_file_to_dictionary(url, path)
    app.wsgi_app = white_noise  # type: ignore[method-assign]

    def static_url(name: str) -> str:
        return hashed.get(name) or url_for("static", filename=name)

    app.jinja_env.globals["static_url"] = static_url


def _hashed_names() -> dict[str, str]:
    """Name → address with the hash of the content."""
    return {
        path.relative_to(_ROOT).as_posix(): _PREFIX
        + path.relative_to(_ROOT).with_name(f"{path.stem}.{_digest(path)}{path.suffix}").as_posix()
        for path in sorted(_ROOT.rglob("*"))
        if path.is_file() and path.suffix not in {".gz", ".br", ".sh"}
    }


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
