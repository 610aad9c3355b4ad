"""The check of citations finds files that are mentioned and not there, and nothing else."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'scripts' / 'checks'))
import citations  # noqa: E402


class Citations(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self.folder.name)
        subprocess.run(['git', 'init', '-q', self.root], check=True)
        self.write('docs/page.md', '# A page\n')
        self.write('daemon/part/README.md', '# Another\n')

    def tearDown(self):
        self.folder.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding='utf-8')

    def findings_of(self, name, text):
        self.write(name, text)
        return citations.find(self.root)

    def test_treeAsItIs_hasNone(self):
        self.assertEqual(citations.find(ROOT), [])

    def test_commentThatCitesWhatIsThere_isFine(self):
        for text in ('// See docs/page.md.', '// page.md, "Parts"', '// README.md 3', '// *.md is a pattern'):
            self.assertEqual(self.findings_of('daemon/part/x.cpp', text), [], text)

    def test_commentThatCitesWhatIsNotThere_isFound(self):
        for name, text in (('daemon/part/x.cpp', '// (secret.md 9)'), ('daemon/part/x.ts', '/* docs/none.md */'),
                           ('scripts/x.sh', '# none.md'), ('daemon/part/CMakeLists.txt', '# none.md')):
            found = self.findings_of(name, text)
            self.assertEqual(len(found), 1, text)
            self.assertTrue(found[0].startswith(f'{name}:1: '), found)
            (self.root / name).unlink()

    def test_linkOfAPage_mustLeadSomewhere(self):
        self.assertEqual(self.findings_of('README.md', '[a](docs/page.md) [b](https://x.example/none.md) [c](#part)'), [])
        self.assertEqual(len(self.findings_of('README.md', 'text\n[a](docs/none.md)\n![p](none.png#x)')), 2)

    def test_pathInAPage_mustBeThere(self):
        self.assertEqual(self.findings_of('README.md', '`docs/page.md` `build/run` `a/b` `daemon/part/`'), [])
        self.assertEqual(len(self.findings_of('README.md', '`docs/none.md` and `daemon/none/`')), 2)


if __name__ == '__main__':
    unittest.main()
