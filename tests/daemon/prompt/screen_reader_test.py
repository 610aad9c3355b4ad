"""What a screen reader hears of ukey-prompt's windows: through AT-SPI, on a bus and a screen of the test's own.

Run by CTest; UKEY_PROMPT names the program.
"""
import os
import pathlib
import subprocess
import sys
import unittest
from contextlib import closing
from urllib.parse import quote

PATIENCE_MS = 30_000


def ended(process):
    process.terminate()
    process.wait()


def setUpModule():
    """The screen and the bus must be there before AT-SPI's library is loaded."""
    global accessible, Atspi, GLib
    read, write = os.pipe()
    screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x800x24", "-nolisten", "tcp"],
                              pass_fds=[write], stderr=subprocess.DEVNULL)
    unittest.addModuleCleanup(ended, screen)
    os.close(write)
    with os.fdopen(read) as number:
        os.environ["DISPLAY"] = ":" + number.readline().strip()
    bus = subprocess.Popen(["dbus-daemon", "--session", "--print-address=1", "--nofork"], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL, text=True)
    unittest.addModuleCleanup(bus.stdout.close)
    unittest.addModuleCleanup(ended, bus)
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    # As GTK looks for it on a desktop: not in a session that this may have been started from.
    for name in ("AT_SPI_BUS_ADDRESS", "NO_AT_BRIDGE", "WAYLAND_DISPLAY"):
        os.environ.pop(name, None)
    sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
    import accessible
    from gi.repository import Atspi, GLib
    unittest.addModuleCleanup(Atspi.exit)


class Prompt:
    """One ukey-prompt, and what a screen reader knows of its window."""

    def __init__(self, question, lines):
        self.process = subprocess.Popen([os.environ["UKEY_PROMPT"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answer()
        for line in lines:
            self.say(line)
            if self.answer() != "OK":
                raise AssertionError(f"{line} was refused")
        self.say(question)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def answer(self):
        return self.process.stdout.readline().strip()

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def window(self):
        return accessible.window_of(self.process.pid)

    def heard(self, isThere):
        """What `isThere` finds in the window; asked again with each event that a screen reader would be sent."""
        loop = GLib.MainLoop()
        found = []

        def look(*_):
            try:
                window = self.window()
                result = window and isThere(list(accessible.below(window)))
            except GLib.Error:
                return True  # It changes while it is looked at: another event follows.
            if result:
                found.append(result)
                loop.quit()
            return True

        listener = Atspi.EventListener.new(look)
        kinds = ("object:state-changed", "object:children-changed", "object:text-changed", "window:", "focus:")
        for kind in kinds:
            listener.register(kind)
        end = GLib.timeout_add(PATIENCE_MS, loop.quit)
        look()
        if not found:
            loop.run()
        if found:
            GLib.source_remove(end)
        for kind in kinds:
            listener.deregister(kind)
        if not found:
            raise AssertionError(f"not heard; the window is {[(a.get_role_name(), a.get_name()) for a in accessible.below(self.window())] if self.window() else None}")
        return found[0]


def focused(role):
    def find(heard):
        for accessible in heard:
            if accessible.get_role() == role and accessible.get_state_set().contains(Atspi.StateType.FOCUSED):
                return accessible
        return None
    return find


def named(role, name):
    return lambda heard: [a for a in heard if a.get_role() == role and a.get_name() == name]


# Of SETDESC, as the window sets them out.
FACTS = {"zh": ["网站", "https://portal.example", "操作", "登录"], "en": ["Site", "https://portal.example", "Operation", "Log in"]}
WORDS = {
    "zh": {"SETTITLE": "Ukey 助手", "SETDESC": "网站：https://portal.example\n操作：登录", "SETPROMPT": "新密码", "SETREPEAT": "再输一次",
           "SETERROR": "密码错误，还可输入 5 次", "SETOK": "确认", "SETCANCEL": "取消"},
    "en": {"SETTITLE": "Ukey Bridge", "SETDESC": "Site: https://portal.example\nOperation: Log in", "SETPROMPT": "New PIN", "SETREPEAT": "Once more",
           "SETERROR": "Wrong PIN, 5 tries left", "SETOK": "OK", "SETCANCEL": "Cancel"},
}

# Of the catalogue: what is typed and clicked counts now.
READY = {"zh": "请核对以上信息后再操作。", "en": "Check what is said above before you go on."}


class ScreenReader(unittest.TestCase):
    def open(self, question, language, but=()):
        lines = [f"OPTION ukey-language={language}"]
        lines += [f"{verb} {quote(text)}" for verb, text in WORDS[language].items() if verb not in but]
        return Prompt(question, lines)

    def test_windowForANewPin_isReadWhole_andItsFirstFieldHasTheFocus(self):
        for language, words in WORDS.items():
            with self.subTest(language), closing(self.open("GETPIN", language)) as prompt:
                field = prompt.heard(focused(Atspi.Role.PASSWORD_TEXT))
                self.assertEqual(field.get_name(), words["SETPROMPT"])
                heard = [(a.get_role(), a.get_name()) for a in accessible.below(prompt.window())]
                self.assertIn((Atspi.Role.PASSWORD_TEXT, words["SETREPEAT"]), heard)
                self.assertIn((Atspi.Role.PUSH_BUTTON, words["SETOK"]), heard)
                self.assertIn((Atspi.Role.PUSH_BUTTON, words["SETCANCEL"]), heard)
                self.assertIn((Atspi.Role.LABEL, words["SETERROR"]), heard)
                self.assertEqual((prompt.window().get_role(), prompt.window().get_name()), (Atspi.Role.DIALOG, words["SETTITLE"]))
                nameless = [role for role, name in heard if role in (Atspi.Role.PUSH_BUTTON, Atspi.Role.PASSWORD_TEXT) and not name]
                self.assertEqual(nameless, [])
                # Readers say a dialog as its tree has it.
                said = [name for _, name in heard if name]
                inOrder = [*FACTS[language], words["SETERROR"], words["SETPROMPT"], words["SETREPEAT"], READY[language]]
                self.assertEqual([name for name in dict.fromkeys(said) if name in inOrder], inOrder)

    def test_pin_isToldToNobodyOnTheBus(self):
        prompt = self.open("GETPIN", "en", but=("SETREPEAT", "SETERROR"))
        self.addCleanup(prompt.close)
        prompt.heard(focused(Atspi.Role.PASSWORD_TEXT))
        prompt.heard(named(Atspi.Role.LABEL, READY["en"]))
        subprocess.run(["xdotool", "type", "830412"], check=True)

        def typed(heard):
            field = focused(Atspi.Role.PASSWORD_TEXT)(heard)
            return field if field and Atspi.Text.get_character_count(field) == 6 else None

        field = prompt.heard(typed)
        text = Atspi.Text.get_text(field, 0, 6)
        self.assertFalse(any(digit in text for digit in "0123456789"), text)
        subprocess.run(["xdotool", "key", "Return"], check=True)
        self.assertEqual(prompt.answer(), "D %38%33%30%34%31%32")

    def test_question_namesItsButtons_andSaysWhenTheyAnswer(self):
        for language, words in WORDS.items():
            with self.subTest(language), closing(self.open("CONFIRM", language, but=("SETPROMPT", "SETREPEAT", "SETERROR"))) as prompt:
                prompt.heard(named(Atspi.Role.PUSH_BUTTON, words["SETOK"]))
                prompt.heard(named(Atspi.Role.PUSH_BUTTON, words["SETCANCEL"]))
                prompt.heard(named(Atspi.Role.LABEL, READY[language]))


if __name__ == "__main__":
    unittest.main()
