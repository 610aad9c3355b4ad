"""The check of the floors finds what it is there to find, in a copy of this very tree."""
import pathlib
import shutil
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'scripts' / 'checks'))
import floors  # noqa: E402


class Floors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.copy = pathlib.Path(cls.folder.name)
        skip = shutil.ignore_patterns('node_modules', 'dist', 'web', '*.json', '*.svg')
        for place in ('tokenlib', 'daemon', 'sandbox', 'cmake'):
            shutil.copytree(ROOT / place, cls.copy / place, ignore=skip)
        shutil.copy(ROOT / 'CMakeLists.txt', cls.copy)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def findings_after(self, file, change):
        path = self.copy / file
        before = path.read_text(encoding='utf-8')
        path.write_text(change(before), encoding='utf-8')
        try:
            return floors.find(self.copy)
        finally:
            path.write_text(before, encoding='utf-8')

    def planted(self, file, include):
        return self.findings_after(file, lambda text: text + f'\n#include {include}\n')

    def test_treeAsItIs_hasNone(self):
        self.assertEqual(floors.find(ROOT), [])

    def test_includeOfAHigherFloor_isFound(self):
        for file, include in [('tokenlib/base/bytes.cpp', 'tokenlib/token/types.hpp'),
                              ('tokenlib/token/types.hpp', 'tokenlib/pki/certificate.hpp'),
                              ('tokenlib/pki/certificate.cpp', 'daemon/policy/origin.hpp'),
                              ('daemon/policy/origin.cpp', 'daemon/api/services.hpp'),
                              ('daemon/hosts/token_hosts.cpp', 'daemon/ukeyctl/report.hpp'),
                              ('daemon/api/sign.cpp', 'sandbox/ca/authority.hpp')]:
            with self.subTest(file):
                found = self.planted(file, f'"{include}"')
                self.assertEqual(len(found), 1, found)
                self.assertIn(f'includes {include}', found[0])
                self.assertIn('lies above', found[0])

    def test_includeOfWhatIsNotLinked_isFound(self):
        for file, include in [('tokenlib/enrolment/plan.cpp', 'tokenlib/models/models.hpp'),
                              ('daemon/consent/consent.cpp', 'daemon/rpc/message.hpp')]:
            with self.subTest(file):
                found = self.planted(file, f'"{include}"')
                self.assertEqual(len(found), 1, found)
                self.assertIn('no target of', found[0])

    def test_libraryFromOutsideThatIsNotLinked_isFound(self):
        for file, include in [('daemon/token_host/token_host.cpp', 'openssl/evp.h'),
                              ('tokenlib/drivers/skf/sar.cpp', 'boost/asio/io_context.hpp'),
                              ('tokenlib/base/bytes.cpp', 'nlohmann/json.hpp'),
                              ('tokenlib/softtoken/admin.cpp', 'sqlite3.h'),
                              ('daemon/hosts/token_hosts.cpp', 'boost/beast/core.hpp')]:
            with self.subTest(file):
                found = self.planted(file, f'<{include}>')
                self.assertEqual(len(found), 1, found)
                self.assertIn('links none of', found[0])

    def test_codeOfATest_isNotForPrograms(self):
        found = self.planted('daemon/api/sign.cpp', '"tests/support/await.hpp"')
        self.assertIn('is no test', found[0])

    def test_linkUpwards_isFound(self):
        found = self.findings_after('tokenlib/base/CMakeLists.txt',
                                    lambda text: text + 'target_link_libraries(ukey_base PRIVATE ukey_api)\n')
        self.assertTrue(any('ukey_base links ukey_api' in line for line in found), found)

    def test_droppedLink_isFound(self):
        found = self.findings_after('daemon/unlock/CMakeLists.txt', lambda text: text.replace('ukey_hosts ', ''))
        self.assertTrue(found and all('daemon/unlock' in line for line in found), found)


if __name__ == '__main__':
    unittest.main()
