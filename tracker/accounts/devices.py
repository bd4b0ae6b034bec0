"""A device in words, from what a browser says of itself. Pure; shown to its owner only, never trusted."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("coc_coc_browser", "Coc Coc"),
    ("CocCoc", "Coc Coc"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(user_agent: str) -> str:
    """The browser's name; '' when it is none of the usual ones."""
    return next((name for sign, name in _BROWSERS if sign in user_agent), "")


def system_of(user_agent: str) -> str:
    """The system's name; '' when it is none of the usual ones."""
    return next((name for sign, name in _SYSTEMS if sign in user_agent), "")
