"""SHA256SUMS of dist/packages, as packaging/sums.sh writes them: sha256sum -c agrees, until a file is another."""
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILES = ('ukey-bridge-0.1.0-x64.msi', 'policies/ukey.admx', 'policies/zh-CN/ukey.adml', 'policies/SHA256SUMS', 'name with blanks', "its 'name'",
         '助手.txt')


class Sums(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        for name in FILES:
            file = self.folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(name, encoding='utf-8')
        self.write()

    def write(self):
        subprocess.run([ROOT / 'packaging/sums.sh', self.folder], check=True)

    def check(self):
        return subprocess.run(['sha256sum', '-c', '--strict', '--quiet', 'SHA256SUMS'], cwd=self.folder, capture_output=True, check=False)

    def listed(self):
        return [line[66:] for line in (self.folder / 'SHA256SUMS').read_text(encoding='utf-8').splitlines()]

    def test_everyFile_isListedOnceInOneOrder(self):
        self.assertEqual(self.listed(), sorted(FILES, key=str.encode))

    def test_filesAsTheyWere_agree(self):
        done = self.check()
        self.assertEqual((done.returncode, done.stdout), (0, b''))

    def test_writtenAgain_isTheSame(self):
        before = (self.folder / 'SHA256SUMS').read_bytes()
        self.write()
        self.assertEqual((self.folder / 'SHA256SUMS').read_bytes(), before)

    def test_changedOrMissingFile_doesNotAgree(self):
        (self.folder / FILES[0]).write_text('another', encoding='utf-8')
        self.assertNotEqual(self.check().returncode, 0)
        (self.folder / FILES[0]).unlink()
        self.assertNotEqual(self.check().returncode, 0)

    def test_packageScript_writesThemSo(self):
        self.assertIn('packaging/sums.sh "$out"', (ROOT / 'scripts/package.sh').read_text(encoding='utf-8'))


if __name__ == '__main__':
    unittest.main(verbosity=1)
