"""The pages that are made from descriptions are those that the descriptions make, and a change would be noticed."""
import json
import pathlib
import sys
import unittest

from altered_file import with_altered

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'scripts'))
import pages  # noqa: E402


class Pages(unittest.TestCase):
    def test_pagesAsTheyAre_areFresh(self):
        self.assertEqual(pages.stale(), [], 'run scripts/pages.py')

    def changed(self, name, change):
        """Pages that are stale when a description says something else."""
        return with_altered(ROOT / name, change, pages.stale)

    def test_newMethod_makesTheReferenceStale(self):
        def add(description):
            description['methods'].append({**description['methods'][0], 'name': 'bridge.planted'})

        self.assertEqual(self.changed('docs/protocol/openrpc.json', add), ['docs/protocol/reference.md'])

    def test_newErrorCode_makesTheReferenceStale(self):
        def add(description):
            errors = description['components']['errors']
            errors['planted'] = {**errors['busy'], 'message': 'Planted.'}

        self.assertEqual(self.changed('docs/protocol/openrpc.json', add), ['docs/protocol/reference.md'])

    def test_otherDefault_makesTheConfigurationStale(self):
        def alter(schema):
            schema['properties']['limits']['properties']['rate']['default'] = 1

        self.assertEqual(self.changed('daemon/config/ukeyd.schema.json', alter), ['docs/configuration.md'])

    def test_otherOptionOfADriver_makesTheConfigurationStale(self):
        for kind in ('skf', 'pkcs11'):
            def add(schema):
                schema['properties']['planted'] = {'description': 'Planted.', 'type': 'boolean'}

            self.assertEqual(self.changed(f'tokenlib/drivers/options/{kind}.schema.json', add), ['docs/configuration.md'])

    def test_everyMethodErrorAndType_hasItsPlace(self):
        page = (ROOT / 'docs/protocol/reference.md').read_text(encoding='utf-8')
        description = json.loads((ROOT / 'docs/protocol/openrpc.json').read_text(encoding='utf-8'))
        for method in description['methods']:
            self.assertIn(f'### {method["name"]}\n', page)
        for name in description['components']['errors']:
            self.assertIn(f'| `{name}` |', page)

    def test_everyLinkWithinTheReference_leadsSomewhere(self):
        page = (ROOT / 'docs/protocol/reference.md').read_text(encoding='utf-8')
        headings = {pages.anchor(line.lstrip('# ')) for line in page.splitlines() if line.startswith('#')}
        for target in {part.split(')')[0] for part in page.split('](#')[1:]}:
            self.assertIn(target, headings)


if __name__ == '__main__':
    unittest.main()
