"""What a screen reader knows of the window of one process, as a line of JSON: read_window.py PID

A list of {"role", "name", "x", "y"} of everything that shows; x and y are the middle, from the window's corner. Empty, when
the window is not there.
"""
import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib


def below(accessible):
    """Everything that shows, itself first."""
    yield accessible
    for index in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(index)
        if child is not None and child.get_state_set().contains(Atspi.StateType.VISIBLE):
            yield from below(child)


def window_of(pid):
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application is not None and application.get_process_id() == pid and application.get_child_count():
            return application.get_child_at_index(0)
    return None


def described(accessible):
    place = accessible.get_extents(Atspi.CoordType.WINDOW)
    return {"role": accessible.get_role_name(), "name": accessible.get_name(),
            "x": place.x + place.width // 2, "y": place.y + place.height // 2}


if Atspi.init() not in (0, 1):
    sys.exit("AT-SPI is not to be had")
try:
    window = window_of(int(sys.argv[1]))
    seen = [described(accessible) for accessible in below(window)] if window else []
except GLib.Error:  # It closed, or changed, while it was looked at.
    seen = []
print(json.dumps(seen))
