"""The MSI: its tables keep what wixl breaks, and under wine it installs, upgrades, refuses to go back, and leaves nothing.

    tests/packaging/msi_test.py BUILD-FOLDER [names of cases]

BUILD-FOLDER is that with windows-x64 in it, as scripts/windows/build.sh leaves it.
"""
import contextlib
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / 'packaging/windows'))
import msi as maker  # noqa: E402

BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
PUBLIC = ('ORIGINS', 'UNKNOWNORIGINS', 'BROWSERPOLICIES', 'DRIVERS')
RUN = r'Software\Microsoft\Windows\CurrentVersion\Run'
DISABLED = {'WINEDEBUG': '-all', 'LANG': 'C.UTF-8'}

scratch = tempfile.TemporaryDirectory()
FOLDER = pathlib.Path(scratch.name)


def made(version, *options, name=None):
    """The path of an MSI of that version."""
    out = FOLDER / (name or f'{version}.msi')
    if not out.exists():
        subprocess.run([sys.executable, ROOT / 'packaging/windows/msi.py', '--version', version, '--build', BUILD, '--out',
                        out, *options], check=True, env={**os.environ, 'SOURCE_DATE_EPOCH': '1700000000'})
    return out


def rows(msi, table):
    """Each row of a table as {column: text}."""
    text = subprocess.run(['msiinfo', 'export', msi, table], check=True, capture_output=True).stdout.decode()
    lines = [line.split('\t') for line in text.replace('\r', '').split('\n') if line]
    return [dict(zip(lines[0], line)) for line in lines[3:]]


def tables(msi):
    return subprocess.run(['msiinfo', 'tables', msi], check=True, capture_output=True, text=True).stdout.split()


def summary(msi):
    text = subprocess.run(['msiinfo', 'suminfo', msi], check=True, capture_output=True).stdout.decode()
    return dict(line.split(': ', 1) for line in text.splitlines() if ': ' in line)


class Tables(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.msi = made('0.1.0')
        cls.properties = {row['Property']: row['Value'] for row in rows(cls.msi, 'Property')}
        cls.actions = {row['Action']: row for row in rows(cls.msi, 'CustomAction')}
        cls.execute = {row['Action']: row for row in rows(cls.msi, 'InstallExecuteSequence')}

    def number(self, action, sequence=None):
        return int((sequence or self.execute)[action]['Sequence'])

    def assertOrder(self, *actions, sequence=None):
        numbers = [self.number(action, sequence) for action in actions]
        self.assertEqual(numbers, sorted(numbers), actions)

    def test_texts_areChineseAndEnglish(self):
        for name in ('ProductName', 'ARPCOMMENTS'):
            self.assertRegex(self.properties[name], '[一-鿿].*[a-z]', name)
        texts = [row['Description'] for row in rows(self.msi, 'LaunchCondition')]
        self.assertEqual(len(texts), 1)
        self.assertRegex(texts[0], '已经安装.*newer version')

    def test_package_isFor64BitsAndTheWholeComputer(self):
        self.assertEqual(summary(self.msi)['Template'], 'x64;2052')
        self.assertEqual(self.properties['ProductLanguage'], '2052')
        self.assertEqual(self.properties['ALLUSERS'], '1')
        for row in rows(self.msi, 'Component'):
            self.assertTrue(int(row['Attributes']) & 256, row)  # msidbComponentAttributes64bit
        for row in rows(self.msi, 'RegLocator'):
            self.assertTrue(int(row['Type']) & 16, row)  # msidbLocatorType64bit

    def test_publicProperties_reachTheInstallerWhoeverStartsIt(self):
        secure = self.properties['SecureCustomProperties'].split(';')
        for name in PUBLIC:
            self.assertIn(name, secure)
            self.assertIn('CMD' + name, secure)

    def test_propertiesOfTheCommandLine_winOverStoredOnes(self):
        shown = {row['Action']: row for row in rows(self.msi, 'InstallUISequence')}
        for name in PUBLIC:
            for sequence in (self.execute, shown):
                self.assertOrder(f'Save{name}', 'AppSearch', f'Restore{name}', 'LaunchConditions', sequence=sequence)
                self.assertEqual(sequence[f'Restore{name}']['Condition'], f'CMD{name}')
            self.assertEqual(self.actions[f'Save{name}']['Target'], f'[{name}]')
            self.assertEqual(self.actions[f'Save{name}']['Type'], '51')

    def test_olderVersion_isRemovedWithinTheTransaction(self):
        self.assertOrder('InstallInitialize', 'RemoveExistingProducts', 'ProcessComponents')
        kinds = {row['ActionProperty']: row for row in rows(self.msi, 'Upgrade')}
        self.assertEqual(kinds['WIX_UPGRADE_DETECTED']['VersionMax'], '0.1.0')
        self.assertEqual(kinds['WIX_DOWNGRADE_DETECTED']['VersionMin'], '0.1.0')

    def test_actionsOnTheRegistry_runAsTheSystemAndCanBeUndone(self):
        self.assertOrder('InstallInitialize', 'UndoRemove', 'Remove', 'RemoveRegistryValues', 'RemoveFiles', 'InstallFiles',
                         'WriteRegistryValues', 'UndoApply', 'Apply', 'InstallFinalize')
        for name in ('Apply', 'Remove', 'UndoApply', 'UndoRemove'):
            kind = int(self.actions[name]['Type'])
            self.assertTrue(kind & 1024 and kind & 2048, name)  # deferred, with the rights of the system
            self.assertEqual(bool(kind & 256), name.startswith('Undo'), name)  # rollback
            self.assertEqual(bool(kind & 64), name != 'Apply', name)  # whether a failure is passed over
            self.assertEqual(self.actions[name]['Source'], 'setup')

    def test_eventLog_findsTheMessagesOfItsSource(self):
        found = {(row['Key'], row['Name']): row['Value'] for row in rows(self.msi, 'Registry')}
        # As the programs name it (tokenlib/base/platform/windows/event_log.cpp).
        self.assertEqual(found[(r'SYSTEM\CurrentControlSet\Services\EventLog\Application\Ukey', 'EventMessageFile')],
                         '[System64Folder]EventCreate.exe')

    def test_registryKeys_haveNoTrailingBackslash(self):
        for row in rows(self.msi, 'Registry'):
            self.assertFalse(row['Key'].endswith('\\'), row)

    def test_everyProgramOfTheList_isInAComponentOfTheFeature(self):
        files = {row['FileName'].split('|')[-1]: row['Component_'] for row in rows(self.msi, 'File')}
        installed = {row['Component_'] for row in rows(self.msi, 'FeatureComponents')}
        for _, _, name in maker.program_list(ROOT / 'packaging/windows/programs.txt'):
            self.assertIn(files[name], installed)
        self.assertIn('ukey.admx', files)
        self.assertEqual(set(files.values()) | {'CProperties'} | {'Cadmlen', 'Cadmlzh'}, installed)

    def test_codes_followTheVersion(self):
        later = {row['Property']: row['Value'] for row in rows(made('0.2.0'), 'Property')}
        self.assertEqual(later['UpgradeCode'], self.properties['UpgradeCode'])
        self.assertNotEqual(later['ProductCode'], self.properties['ProductCode'])

    def test_twoBuilds_differInPackageCodeAndDatesAlone(self):
        again = made('0.1.0', name='again.msi')
        self.assertEqual(tables(again), tables(self.msi))
        for table in tables(self.msi):
            if table != '_SummaryInformation':
                self.assertEqual(rows(again, table), rows(self.msi, table), table)
        dated = {'Revision number (UUID)', 'Created', 'Last saved'}
        first, second = summary(self.msi), summary(again)
        self.assertNotEqual(first['Revision number (UUID)'], second['Revision number (UUID)'])
        self.assertEqual({k: v for k, v in first.items() if k not in dated},
                         {k: v for k, v in second.items() if k not in dated})
        self.assertEqual(cabinet(self.msi), cabinet(again))


def cabinet(msi):
    content = subprocess.run(['msiinfo', 'extract', msi, 'ukey.cab'], check=True, capture_output=True).stdout
    return hashlib.sha256(content).hexdigest()


class Executable:
    """What the header of a program says."""
    def __init__(self, file):
        self.content = file.read_bytes()
        header = self.number(0x3c, 4)
        optional = header + 24
        self.is64 = self.number(optional, 2) == 0x20b
        self.subsystem = self.number(optional + 68, 2)
        self.flags = self.number(optional + 70, 2)
        self.sections = [optional + self.number(header + 20, 2) + 40 * i for i in range(self.number(header + 6, 2))]
        self.resources = self.number(optional + (128 if self.is64 else 112), 4)
        shown = subprocess.run(['x86_64-w64-mingw32-objdump', '-p', file], check=True, capture_output=True, text=True).stdout
        self.imports = {name.lower() for name in re.findall(r'DLL Name: (\S+)', shown)}

    def number(self, at, size):
        return int.from_bytes(self.content[at:at + size], 'little')

    def at(self, address):
        """Where in the file that lies which is to be at this address."""
        for section in self.sections:
            begin, size = self.number(section + 12, 4), self.number(section + 8, 4)
            if begin <= address < begin + size:
                return address - begin + self.number(section + 20, 4)
        raise ValueError(address)

    def kinds_of_resources(self):
        if not self.resources:
            return set()
        root = self.at(self.resources)
        count = self.number(root + 12, 2) + self.number(root + 14, 2)
        return {self.number(root + 16 + 8 * i, 4) for i in range(count)}


class Programs(unittest.TestCase):
    ICON, VERSION, MANIFEST = 14, 16, 24
    WINDOW, CONSOLE = 2, 3

    @classmethod
    def setUpClass(cls):
        listed = maker.program_list(ROOT / 'packaging/windows/programs.txt')
        cls.all = {name: Executable(BUILD / source) for name, source, target in listed if target.endswith(('.exe', '.dll'))}
        cls.programs = {name: file for name, file in cls.all.items() if name != 'softtoken'}

    def test_everyOne_isHardened_S74(self):
        for name, file in self.all.items():
            self.assertTrue(file.flags & 0x40, name)  # laid at another address each time
            self.assertTrue(file.flags & 0x100, name)  # data is not executed
            if file.is64 and name in self.programs:
                self.assertTrue(file.flags & 0x20, name)  # anywhere in 64 bits

    def test_onlyTheOneForConsoles_hasAConsole(self):
        for name, file in self.programs.items():
            self.assertEqual(file.subsystem, self.CONSOLE if name == 'ukeyctl' else self.WINDOW, name)

    def test_everyProgram_hasVersionIconAndAManifestForUtf8AndScaling(self):
        for name, file in self.programs.items():
            self.assertLessEqual({self.ICON, self.VERSION, self.MANIFEST}, file.kinds_of_resources(), name)
            for word in (b'activeCodePage', b'UTF-8', b'PerMonitorV2', b'Microsoft.Windows.Common-Controls'):
                self.assertIn(word, file.content, name)

    def test_everyOne_needsNothingThatWindowsDoesNotBring(self):
        for name, file in self.all.items():
            self.assertIn('kernel32.dll', file.imports, name)
            self.assertEqual([library for library in file.imports if library.startswith('lib')], [], name)

    def test_noOne_namesAFolderOfTheBuilder_S74(self):
        # A library that is built with one looks there for its configuration, on computers where anybody may have made it.
        for name, file in self.all.items():
            for folder in (ROOT, pathlib.Path.home(), os.environ.get('UKEY_CACHE', ROOT)):
                self.assertFalse(f'{folder}/'.encode() in file.content, f'{name} names {folder}')

    def test_wordSizes_areThoseOfTheirNames(self):
        self.assertEqual({name for name, file in self.all.items() if not file.is64}, {'tokenhost32'})


class Making(unittest.TestCase):
    def test_whatWixlOnlyWarnsOf_isAnError(self):
        source = FOLDER / 'warned.wxs'
        text = (ROOT / 'packaging/windows/ukey.wxs').read_text(encoding='utf-8')
        for mark in ('PROPERTIES', 'COMPONENTS', 'STORED', 'TEMPLATES', 'REFERENCES', 'ACTIONS', 'SEQUENCE'):
            text = text.replace(f'@{mark}@', '')
        planted = text.replace('<Property Id="ARPNOMODIFY"', '<Property Secure="yes" Id="ARPNOMODIFY"')
        self.assertNotEqual(planted, text)
        source.write_text(planted, encoding='utf-8')
        with self.assertRaises(SystemExit):
            maker.run('wixl', '-D', 'Version=1.0.0', '-D', 'ProductCode=*', '-D', f'UpgradeCode={maker.UPGRADE_CODE}', '-o',
                      FOLDER / 'warned.msi', source)

    def test_programThatIsMissing_isAnError(self):
        programs = FOLDER / 'programs.txt'
        programs.write_text('gone windows-x64/bin/gone.exe gone.exe\n', encoding='utf-8')
        done = subprocess.run([sys.executable, ROOT / 'packaging/windows/msi.py', '--version', '1.0.0', '--build', BUILD,
                               '--out', FOLDER / 'gone.msi', '--programs', programs], capture_output=True, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b'gone.exe is missing', done.stderr)
        self.assertFalse((FOLDER / 'gone.msi').exists())


class Signing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        key, certificate = FOLDER / 'key.pem', FOLDER / 'certificate.pem'
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:3072', '-nodes', '-keyout', key, '-out', certificate,
                        '-subj', '/CN=Test of signing', '-addext', 'extendedKeyUsage=codeSigning'], check=True,
                       capture_output=True)
        cls.certificate = certificate
        cls.msi = made('0.1.0', '--certificate', certificate, '--key', key, name='signed.msi')

    def verified(self, file):
        done = subprocess.run(['osslsigncode', 'verify', '-CAfile', self.certificate, '-in', file], capture_output=True,
                              check=False)
        return done.returncode == 0

    def test_msiAndEveryProgramInIt_areSigned(self):
        self.assertTrue(self.verified(self.msi))
        out = FOLDER / 'extracted'
        subprocess.run(['msiextract', '-C', out, self.msi], check=True, capture_output=True)
        programs = [file for file in out.rglob('*') if file.suffix in ('.exe', '.dll')]
        self.assertGreaterEqual(len(programs), 2)
        for program in programs:
            self.assertTrue(self.verified(program), program)

    def test_changedMsi_isNotVerified(self):
        content = bytearray(self.msi.read_bytes())
        content[len(content) // 2] ^= 1
        changed = FOLDER / 'changed.msi'
        changed.write_bytes(content)
        self.assertFalse(self.verified(changed))
        self.assertFalse(self.verified(made('0.1.0')))


class Wine(unittest.TestCase):
    """A computer; the cases of one class are its life, in the order of their names."""
    @classmethod
    def setUpClass(cls):
        cls.prefix = BUILD / 'windows-x64/wine-msi'
        cls.environment = {**os.environ, **DISABLED, 'WINEPREFIX': str(cls.prefix)}
        if not (cls.prefix / 'ready').exists():
            cls.wine('wineboot', '-i', seconds=180)
            cls.wine('wine', 'winecfg', '-v', 'win10')
            (cls.prefix / 'ready').touch()
        # What an earlier run left, if it was ended.
        for version in ('0.1.0', '0.2.0'):
            cls.msiexec('/x', made(version))

    @classmethod
    def tearDownClass(cls):
        subprocess.run(['wineserver', '-k'], env=cls.environment, check=False)

    @classmethod
    def wine(cls, *command, seconds=90):
        """The exit status; what is printed goes nowhere, for wine's own services would keep a pipe open."""
        return subprocess.run([str(word) for word in command], env=cls.environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=seconds, check=False).returncode

    @classmethod
    def msiexec(cls, what, msi, *properties):
        return cls.wine('wine', 'msiexec', what, f'Z:{msi}'.replace('/', '\\'), '/qn', *properties)

    def values(self, key):
        """{name: text} of a key below HKLM; nothing when there is none."""
        out = FOLDER / 'exported.reg'
        with contextlib.suppress(FileNotFoundError):
            out.unlink()
        self.wine('wine', 'reg', 'export', 'HKLM\\' + key, f'Z:{out}'.replace('/', '\\'), '/y')
        if not out.exists():
            return None
        found, inside = {}, False
        for line in out.read_text(encoding='utf-16').splitlines():
            if line.startswith('['):
                inside = line == f'[HKEY_LOCAL_MACHINE\\{key}]'
            elif inside and line.startswith('"'):
                name, _, text = line.partition('=')
                found[name[1:-1]] = re.sub(r'\\(.)', r'\1', text[1:-1])
        return found

    def programs(self):
        folder = self.prefix / 'drive_c/Program Files/Ukey'
        return sorted(str(file.relative_to(folder)) for file in folder.rglob('*') if file.is_file())

    def daemon_runs(self, wanted):
        """Whether ukeyd has noted its port, as soon as that is what is wanted."""
        for _ in range(200):
            runs = any(self.prefix.glob('drive_c/users/*/AppData/Local/Ukey/ukeyd.port'))
            if runs == wanted:
                break
            time.sleep(0.1)
        return runs

    def uninstall_entries(self):
        entries = []
        for version in ('0.1.0', '0.2.0'):
            code = {row['Property']: row['Value'] for row in rows(made(version), 'Property')}['ProductCode']
            if self.values('Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall\\' + code) is not None:
                entries.append(version)
        return entries


class Installing(Wine):
    LISTS = {'origins': r'Software\Policies\Ukey\origins',
             'chrome': r'Software\Policies\Google\Chrome\LoopbackNetworkAllowedForUrls',
             'secure': r'Software\Policies\Google\Chrome\OverrideSecurityRestrictionsOnInsecureOrigin',
             'chromium': r'Software\Policies\Chromium\LoopbackNetworkAllowedForUrls',
             'edge': r'Software\Policies\Microsoft\Edge\LoopbackNetworkAllowedForUrls',
             'firefox': r'Software\Policies\Mozilla\Firefox\LocalNetworkAccess\SkipDomains'}

    def test_1_install_putsFilesAndPoliciesInPlace(self):
        self.assertEqual(self.msiexec('/i', made('0.1.0'), 'ORIGINS=https://a.example;http://trade.example tokens sign',
                                      'UNKNOWNORIGINS=ask', 'BROWSERPOLICIES=1', r'DRIVERS=C:\Maker\maker.dll'), 0)
        wanted = [name for _, _, name in maker.program_list(ROOT / 'packaging/windows/programs.txt')]
        self.assertEqual(self.programs(), sorted([*wanted, 'policies/ukey.admx', 'policies/en-US/ukey.adml',
                                                  'policies/zh-CN/ukey.adml']))
        self.assertEqual(self.values(self.LISTS['origins']),
                         {'50001': 'https://a.example', '50002': 'http://trade.example tokens sign'})
        self.assertEqual(self.values(r'Software\Policies\Ukey\drivers'), {'50001': r'C:\Maker\maker.dll'})
        self.assertEqual(self.values(r'Software\Policies\Ukey'), {'unknownOrigins': 'ask'})
        for name in ('chrome', 'chromium', 'edge'):
            self.assertEqual(self.values(self.LISTS[name]), {'50001': 'https://a.example', '50002': 'http://trade.example'})
        self.assertEqual(self.values(self.LISTS['secure']), {'50001': 'http://trade.example'})
        self.assertEqual(self.values(self.LISTS['firefox']), {'50001': 'a.example', '50002': 'trade.example'})
        self.assertEqual(self.values(maker.EVENTS), {'EventMessageFile': r'C:\windows\system32\EventCreate.exe'})
        self.assertTrue(self.daemon_runs(True), 'ukeyd does not start with what the MSI set')

    def test_2_upgradeWithoutProperties_keepsThem(self):
        self.assertEqual(self.msiexec('/i', made('0.2.0')), 0)
        self.assertEqual(self.values(self.LISTS['origins']),
                         {'50001': 'https://a.example', '50002': 'http://trade.example tokens sign'})
        self.assertEqual(self.values(self.LISTS['firefox']), {'50001': 'a.example', '50002': 'trade.example'})
        self.assertEqual(self.uninstall_entries(), ['0.2.0'])
        self.assertTrue(self.daemon_runs(True))

    def test_3_downgrade_isRefusedAndChangesNothing(self):
        self.assertEqual(self.msiexec('/i', made('0.1.0')), 1603 % 256)
        self.assertEqual(self.uninstall_entries(), ['0.2.0'])
        self.assertIn('ukey-setup.exe', self.programs())

    def test_4_reinstallWithOtherProperties_replacesThem(self):
        self.assertEqual(self.msiexec('/i', made('0.2.0'), 'REINSTALL=ALL', 'REINSTALLMODE=vomus',
                                      'ORIGINS=https://c.example', 'BROWSERPOLICIES=-'), 0)
        self.assertEqual(self.values(self.LISTS['origins']), {'50001': 'https://c.example'})
        self.assertIsNone(self.values(self.LISTS['chrome']))

    def test_5_repair_bringsBackWhatIsGoneAndKeepsTheProperties(self):
        (self.prefix / 'drive_c/Program Files/Ukey/ukeyctl.exe').unlink()
        self.wine('wine', 'reg', 'delete', 'HKLM\\' + self.LISTS['origins'], '/v', '50001', '/f')
        self.assertEqual(self.msiexec('/i', made('0.2.0'), 'REINSTALL=ALL', 'REINSTALLMODE=vomus'), 0)
        self.assertIn('ukeyctl.exe', self.programs())
        self.assertEqual(self.values(self.LISTS['origins']), {'50001': 'https://c.example'})
        self.assertIsNone(self.values(self.LISTS['chrome']))
        self.assertTrue(self.daemon_runs(True))

    def test_6_removal_leavesNothingButWhatIsTheUsers(self):
        self.assertEqual(self.msiexec('/i', made('0.2.0'), 'REINSTALL=ALL', 'REINSTALLMODE=vomus', 'BROWSERPOLICIES=1'), 0)
        self.assertIsNotNone(self.values(self.LISTS['chromium']))
        self.assertEqual(self.msiexec('/x', made('0.2.0')), 0)
        self.assertFalse(self.daemon_runs(False))
        self.assertEqual(self.programs(), [])
        self.assertEqual(self.uninstall_entries(), [])
        for key in ('Ukey', 'Google', 'Chromium', r'Microsoft\Edge', 'Mozilla'):
            self.assertIsNone(self.values('Software\\Policies\\' + key), key)
        self.assertIsNone(self.values(r'Software\Ukey'))
        self.assertNotIn('Ukey', self.values(RUN) or {})
        self.assertFalse(self.values(maker.EVENTS))
        self.assertTrue(list(self.prefix.glob('drive_c/users/*/AppData/Local/Ukey/ukeyd.log')))

    def test_7_propertyThatTheDaemonWouldRefuse_installsNothing(self):
        self.assertNotEqual(self.msiexec('/i', made('0.1.0'), 'ORIGINS=*'), 0)
        self.assertEqual(self.uninstall_entries(), [])
        self.assertIsNone(self.values(r'Software\Policies\Ukey'))
        self.assertEqual(self.programs(), [])


class WithTheDaemon(Wine):
    """Starting and stopping, of a stand-in that tells its version while it runs."""
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.packages = {}
        for version in ('0.1.0', '0.2.0'):
            program, programs = FOLDER / f'ukeyd-{version}.exe', FOLDER / f'with-{version}.txt'
            subprocess.run(['x86_64-w64-mingw32-gcc-posix', '-mwindows', f'-DVERSION="{version}"', '-o', program,
                            ROOT / 'tests/packaging/stand_in_ukeyd.c'], check=True)
            own = [line for line in (ROOT / 'packaging/windows/programs.txt').read_text(encoding='utf-8').splitlines()
                   if not line.startswith('ukeyd ')]
            programs.write_text('\n'.join([*own, f'ukeyd {program} ukeyd.exe', '']), encoding='utf-8')
            cls.packages[version] = made(version, '--programs', programs, name=f'with-daemon-{version}.msi')

    def running(self, wanted):
        """The version that runs, as soon as it is the wanted one; None for none."""
        mark = self.prefix / 'drive_c/ukeyd-runs'
        for _ in range(200):
            try:
                found = mark.read_text(encoding='utf-8')
            except FileNotFoundError:
                found = None
            if found == wanted:
                break
            time.sleep(0.1)
        return found

    def test_0_tables_stopBeforeFilesAreCheckedAndStartAtTheEnd(self):
        msi = self.packages['0.1.0']
        order = {row['Action']: int(row['Sequence']) for row in rows(msi, 'InstallExecuteSequence')}
        self.assertLess(order['CostFinalize'], order['Stop'])
        self.assertLess(order['Stop'], order['InstallValidate'])
        self.assertLess(order['InstallFinalize'], order['Start'])
        kinds = {row['Action']: int(row['Type']) for row in rows(msi, 'CustomAction')}
        self.assertEqual(kinds['Start'] & 192, 192)  # neither waited for nor its exit status looked at
        self.assertFalse(kinds['Start'] & 2048)  # as the user
        self.assertTrue(kinds['Stop'] & 64)

    def test_1_install_startsItAndPutsItInEveryUsersSession(self):
        self.assertEqual(self.msiexec('/i', self.packages['0.1.0']), 0)
        self.assertEqual(self.running('0.1.0'), '0.1.0')
        run = self.values(RUN)
        self.assertEqual(run['Ukey'], r'"C:\Program Files\Ukey\ukeyd.exe"')

    def test_2_upgradeWhileItRuns_startsTheNewOne(self):
        self.assertEqual(self.msiexec('/i', self.packages['0.2.0']), 0)
        self.assertEqual(self.running('0.2.0'), '0.2.0')

    def test_3_removalWhileItRuns_stopsIt(self):
        self.assertEqual(self.msiexec('/x', self.packages['0.2.0']), 0)
        self.assertIsNone(self.running(None))
        self.assertEqual(self.programs(), [])
        self.assertNotIn('Ukey', self.values(RUN) or {})


if __name__ == '__main__':
    unittest.main(verbosity=1)
