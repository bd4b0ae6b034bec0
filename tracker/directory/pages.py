"""What pages show of the province.

Owns: the switches read once per request. Must not change them.
"""

from flask import g

from tracker.db import db
from tracker.directory.switches import Switches, read_switches


def switches() -> Switches:
    """The province's switches, read once per request."""
    if "switches" not in g:
        g.switches = read_switches(db.session)
    found: Switches = g.switches
    return found
