"""Every case from the field has tests, and they are there."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = 33


def rows():
    page = (ROOT / 'docs/field-cases.md').read_text(encoding='utf-8')
    return [line.split('|')[1:-1] for line in page.splitlines() if re.match(r'\| \d+ \|', line)]


def tests():
    names = set()
    for file in (ROOT / 'tests').glob('**/*_test.cpp'):
        text = file.read_text(encoding='utf-8')
        names |= {f'{suite}.{name}' for suite, name in re.findall(r'^TEST(?:_[FP])?\((\w+),\s+(\w+)\)', text, re.M)}
    return names


class FieldCases(unittest.TestCase):
    def test_cases_areAllThere(self):
        self.assertEqual([int(row[0]) for row in rows()], list(range(1, CASES + 1)))

    def test_eachCase_namesTestsThatAreThere(self):
        known = tests()
        for number, *_, named in rows():
            names = re.findall(r'`([^`]+)`', named)
            self.assertTrue(names, f'case {number} names no test')
            for name in names:
                self.assertIn(name, known, f'case {number}')


if __name__ == '__main__':
    unittest.main()
