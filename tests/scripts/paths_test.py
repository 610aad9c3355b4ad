"""The check of paths finds text that would go through the machine's code page, and nothing else."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'scripts' / 'checks'))
import paths  # noqa: E402


class Paths(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        subprocess.run(['git', 'init', '-q', self.root], check=True)

    def tearDown(self):
        self.folder.cleanup()

    def findings_of(self, line, name='daemon/part/x.cpp'):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('// text\n' + line + '\n', encoding='utf-8')
        found = paths.find(self.root)
        path.unlink()
        return found

    def test_treeAsItIs_hasNone(self):
        self.assertEqual(paths.find(ROOT), [])

    def test_codePage_isFound(self):
        for line in ('log(file.string());', 'log(a().filename().generic_string());', 'open(std::filesystem::path(name));',
                     'auto p = fs::path{folder} / name;', 'auto p = std::filesystem::u8path(name);'):
            found = self.findings_of(line)
            self.assertEqual(len(found), 1, line)
            self.assertTrue(found[0].startswith('daemon/part/x.cpp:2: '), found)

    def test_whatIsUtf8OrNoPath_isFine(self):
        for line in ('log(pathText(file));', 'auto p = pathFrom(name);', 'std::filesystem::path();', 'fs::path("/usr/lib");',
                     'std::filesystem::path(std::wstring(name));', 'std::filesystem::path programFolder();', '// file.string()'):
            self.assertEqual(self.findings_of(line), [], line)

    def test_environment_isReadBelowPlatformAlone(self):
        line = 'const char* type = std::getenv("TERM");'
        self.assertEqual(len(self.findings_of(line)), 1)
        for system in ('linux', 'windows'):
            self.assertEqual(self.findings_of(line, f'daemon/part/platform/{system}/x.cpp'), [])

    def test_linuxSide_mayTakeOctets(self):
        self.assertEqual(self.findings_of('log(file.string());', 'daemon/part/platform/linux/x.cpp'), [])


if __name__ == '__main__':
    unittest.main()
