"""Where a typed PIN is in the memory of ukey-prompt: in the locked buffer alone, and nowhere when it was rubbed out.

Run by CTest; UKEY_PROMPT names the program. Only root reads another program's memory.
"""
import os
import re
import subprocess
import time
import unittest

PIN = "Rk7482953"
PATIENCE_S = 30


def ended(process):
    process.terminate()
    process.wait()


def output(*words):
    return subprocess.run(words, capture_output=True, text=True).stdout.strip()


def until(done):
    end = time.monotonic() + PATIENCE_S
    while not (result := done()):
        if time.monotonic() > end:
            raise AssertionError("waited too long")
        time.sleep(0.05)
    return result


class Memory:
    """What a process has in memory that it may write: each piece with the flags that the kernel says of it."""

    def __init__(self, pid):
        self.pieces = []
        ranges, current = [], None
        with open(f"/proc/{pid}/smaps") as lines:
            for line in lines:
                if head := re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line):
                    current = [int(head[1], 16), int(head[2], 16), head[3], ()]
                    ranges.append(current)
                elif line.startswith("VmFlags:"):
                    current[3] = tuple(line.split()[1:])
        with open(f"/proc/{pid}/mem", "rb") as memory:
            for begin, end, rights, flags in ranges:
                if not rights.startswith("rw"):
                    continue
                memory.seek(begin)
                try:
                    self.pieces.append((memory.read(end - begin), flags))
                except OSError:
                    pass  # A device's.

    def flagsWhere(self, text):
        forms = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-32-le")]
        return [flags for octets, flags in self.pieces for form in forms for _ in range(octets.count(form))]


@unittest.skipUnless(os.geteuid() == 0, "reading another program's memory needs root")
class PinInMemory(unittest.TestCase):
    def setUp(self):
        read, write = os.pipe()
        screen = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1000x800x24", "-nolisten", "tcp", "-noreset"],
                                  pass_fds=[write], stderr=subprocess.DEVNULL)
        self.addCleanup(ended, screen)
        os.close(write)
        with os.fdopen(read) as number:
            os.environ["DISPLAY"] = ":" + number.readline().strip()
        self.prompt = subprocess.Popen([os.environ["UKEY_PROMPT"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.prompt.stdout.close)
        self.addCleanup(ended, self.prompt)
        self.addCleanup(self.prompt.stdin.close)
        self.prompt.stdout.readline()
        for line in ("SETTITLE Ukey Bridge", "SETDESC Site: https://portal.example", "SETPROMPT PIN:"):
            self.say(line)
            self.assertEqual(self.prompt.stdout.readline().strip(), "OK")
        self.say("GETPIN")
        self.window = until(lambda: output("xdotool", "search", "--onlyvisible", "--name", "^Ukey Bridge$"))
        until(lambda: "answerable" in output("xprop", "-id", self.window, "WM_WINDOW_ROLE"))

    def say(self, line):
        self.prompt.stdin.write(line + "\n")
        self.prompt.stdin.flush()

    def where(self, text):
        return Memory(self.prompt.pid).flagsWhere(text)

    def typed(self):
        subprocess.run(["xdotool", "type", PIN], check=True)
        return until(lambda: self.where(PIN))

    def test_typed_isInLockedMemoryAloneThatIsNotDumped(self):
        for flags in self.typed():
            self.assertIn("lo", flags)
            self.assertIn("dd", flags)

    def test_rubbedOut_leavesNothing(self):
        self.typed()
        subprocess.run(["xdotool", "key", "ctrl+a", "BackSpace"], check=True)
        until(lambda: not self.where(PIN[1:]))

    def test_search_findsWhatIsThere(self):
        self.assertTrue(self.where("https://portal.example"), "it could find nothing at all")


if __name__ == "__main__":
    unittest.main()
