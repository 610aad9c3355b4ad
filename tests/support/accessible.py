"""Windows as AT-SPI tells of them. To be imported when the screen and the bus are there: the library looks for them at once."""
import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

if Atspi.init() not in (0, 1):
    raise RuntimeError("AT-SPI is not to be had")


def below(accessible):
    """Everything of a window that shows, itself first."""
    yield accessible
    for index in range(accessible.get_child_count()):
        child = accessible.get_child_at_index(index)
        if child is not None and child.get_state_set().contains(Atspi.StateType.VISIBLE):
            yield from below(child)


def window_of(pid):
    """The first window of a process; None, when there is none."""
    desktop = Atspi.get_desktop(0)
    for index in range(desktop.get_child_count()):
        application = desktop.get_child_at_index(index)
        if application is not None and application.get_process_id() == pid and application.get_child_count():
            return application.get_child_at_index(0)
    return None
