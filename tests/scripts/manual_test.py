"""The manual page of the configuration file is made in both languages from the one schema, and nothing of it is left out."""
import pathlib
import re
import sys
import unittest

from altered_file import with_altered

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'scripts'))
import configuration_schema  # noqa: E402
import manual  # noqa: E402

SCHEMAS = ('daemon/config/ukeyd.schema.json', 'tokenlib/drivers/options/skf.schema.json',
           'tokenlib/drivers/options/pkcs11.schema.json')


def words_of(schema):
    """What stands in Chinese beside each description of a file, as it was written."""
    if isinstance(schema, dict):
        if isinstance(schema.get('description'), str):
            yield schema.get('x-zh-CN', {})
        schema = list(schema.values())
    if isinstance(schema, list):
        for item in schema:
            yield from words_of(item)


class Manual(unittest.TestCase):
    def test_descriptionsAsTheyAre_allHaveTheirChinese(self):
        self.assertEqual(configuration_schema.without_chinese(), [])

    def test_chineseTexts_areChineseAndSayMiMa(self):
        for name in SCHEMAS:
            for words in words_of(configuration_schema.read(ROOT / name)):
                for text in words.values():
                    self.assertRegex(text, '[\u4e00-\u9fff]', name)
                    self.assertIsNone(re.search(r'\bPINs?\b', text), text)
                    self.assertNotIn('`', text)

    def changed(self, name, change, ask):
        """What is answered when a schema says something else."""
        return with_altered(ROOT / name, change, ask)

    def test_descriptionWithoutChinese_isNamed(self):
        def forget(*place):
            def change(schema):
                for part in place:
                    schema = schema[part]
                del schema['x-zh-CN']
            return change

        for name, place in ((SCHEMAS[0], ('properties', 'ports')),
                            (SCHEMAS[0], ('properties', 'limits', 'properties', 'rate')),
                            (SCHEMAS[0], ('properties', 'drivers', 'items', 'properties', 'kind')),
                            (SCHEMAS[1], ('properties', 'abi', 'properties', 'packing')),
                            (SCHEMAS[2], ('properties', 'sm2', 'properties', 'sign'))):
            found = self.changed(name, forget(*place), configuration_schema.without_chinese)
            self.assertEqual(len(found), 1, place)
            self.assertTrue(found[0].endswith('/'.join(place)), found)

    def test_descriptionWithChineseOfItsTitleAlone_isNamed(self):
        def forget(schema):
            del schema['properties']['ports']['x-zh-CN']['description']

        self.assertEqual(self.changed(SCHEMAS[0], forget, configuration_schema.without_chinese), ['/properties/ports'])

    def test_pagesOfTheConfiguration_areFresh(self):
        for language in manual.LANGUAGES:
            page = (ROOT / 'docs/man' / language / 'ukeyd.json.5').read_text(encoding='utf-8')
            self.assertEqual(page, manual.configuration_page(language), 'run scripts/manual.py')

    def test_otherDescription_changesThePageOfItsLanguageAlone(self):
        def alter(schema):
            schema['properties']['model']['x-zh-CN']['description'] = '另一种说明。'

        pages = {language: manual.configuration_page(language) for language in manual.LANGUAGES}
        changed = {language: self.changed(SCHEMAS[1], alter, lambda: manual.configuration_page(language))
                   for language in manual.LANGUAGES}
        self.assertEqual([language for language in pages if pages[language] != changed[language]], ['zh_CN'])

    def test_pagesOfBothLanguages_haveTheSameKeys(self):
        terms = [[line for line in manual.configuration_page(language).splitlines() if re.match(r'\.(B \w+$|RS|RE|TP)', line)]
                 for language in manual.LANGUAGES]
        self.assertEqual(terms[0], terms[1])
        self.assertIn('.B curveParameters', terms[0])

    def test_pagesOfTheConfiguration_sayChoicesBoundsAndWhatIsNeeded(self):
        said = {'': ('("packed" or "natural"; default "packed")', '(1 to 600; default 30)', '(at most 64 characters)',
                     '(at least 1 characters; required)', '"error", "critical" or "off"; default'),
                'zh_CN': ('（"packed" 或 "natural"；默认 "packed"）', '（1 至 600；默认 30）', '（最多 64 个字符）',
                          '（至少 1 个字符；必须设置）', '"error"、"critical" 或 "off"；默认')}
        for language, wanted in said.items():
            page = manual.configuration_page(language)
            for text in wanted:
                self.assertIn(text, page)

    def test_everyPage_isInstalled(self):
        lists = (ROOT / 'daemon/ukeyctl/CMakeLists.txt').read_text(encoding='utf-8')
        for page in (ROOT / 'docs/man').glob('**/*.[0-9]'):
            self.assertIn('${man}/' + page.relative_to(ROOT / 'docs/man').as_posix(), re.split(r'[\s()]+', lists))


if __name__ == '__main__':
    unittest.main()
