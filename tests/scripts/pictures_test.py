"""Each picture of the pages of docs/ is shown somewhere, and those of web pages are taken by a browser test."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def read(path):
    return path.read_text(encoding='utf-8')


class Pictures(unittest.TestCase):
    def test_everyPicture_isShown(self):
        pages = [ROOT / 'README.md', *(ROOT / 'docs').rglob('*.md')]
        shown = {name for page in pages for name in re.findall(r'pictures/([\w-]+)\.png', read(page))}
        there = {path.stem for path in (ROOT / 'docs/pictures').glob('*.png')}
        self.assertEqual(there, shown)

    def test_thoseOfWebPages_areTakenByATest(self):
        rows = re.findall(r'^([\w-]+) ([\w-]+)$', read(ROOT / 'scripts/pictures.sh').split("<<'LIST'")[1], re.M)
        there = {path.stem for path in (ROOT / 'docs/pictures').glob('*.png')}
        self.assertEqual({name for name, _ in rows}, {name for name in there if not name.startswith('window')})
        tests = ''.join(read(path) for path in (ROOT / 'tests/e2e').glob('*.test.mjs'))
        for _, taken in rows:
            name = re.sub(r'-(zh-CN|en|\d+)$', '', taken)
            self.assertTrue(re.search(rf"['`]{re.escape(name)}['`-]", tests), f'no browser test takes {taken}')


if __name__ == '__main__':
    unittest.main()
