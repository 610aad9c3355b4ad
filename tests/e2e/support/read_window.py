"""What a screen reader knows of the window of one process, as a line of JSON: read_window.py PID

A list of {"role", "name", "x", "y"} of everything that shows; x and y are the middle, from the window's corner. Empty, when
the window is not there.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
from accessible import below, window_of  # noqa: E402
from gi.repository import Atspi, GLib  # noqa: E402


def described(accessible):
    place = accessible.get_extents(Atspi.CoordType.WINDOW)
    return {"role": accessible.get_role_name(), "name": accessible.get_name(),
            "x": place.x + place.width // 2, "y": place.y + place.height // 2}


try:
    window = window_of(int(sys.argv[1]))
    seen = [described(accessible) for accessible in below(window)] if window else []
except GLib.Error:  # It closed, or changed, while it was looked at.
    seen = []
print(json.dumps(seen))
