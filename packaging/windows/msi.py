#!/usr/bin/env python3
"""Makes the MSI: packaging/windows/msi.py --version V --build FOLDER --out FILE [--programs FILE] [--certificate PEM --key PEM]

The programs of programs.txt are stripped and, with a certificate, signed; wixl makes the MSI of ukey.wxs; what wixl leaves
out or says wrongly is mended in the tables; the MSI is signed last. Times of files are SOURCE_DATE_EPOCH, and two runs over
the same programs differ in the package code and the dates of the MSI alone.
"""
import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import uuid

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
UPGRADE_CODE = uuid.UUID('a6c1f0a4-5c0e-4a53-9a4e-7f3bd14c2f6e')  # Never changes: by it Windows knows an older version.
NAME = 'Ukey 助手 (Ukey Bridge)'
COMMENTS = '让网页使用您的 Ukey。 Lets web pages use your Ukey.'
DOWNGRADE = ('已经安装了更新的版本。要换回旧版本，请先卸载。 A newer version is installed already. Remove it first to go back to'
             ' an older one.')
# Public properties, and the values under Software\Ukey\Setup that keep them for the next version.
PROPERTIES = {'ORIGINS': 'Origins', 'UNKNOWNORIGINS': 'UnknownOrigins', 'BROWSERPOLICIES': 'BrowserPolicies',
              'DRIVERS': 'Drivers'}
STORED = r'Software\Ukey\Setup'
RUN = r'Software\Microsoft\Windows\CurrentVersion\Run'
# Without a source's messages the event log shows ours below a complaint; those of this program of Windows say what they are given.
EVENTS = r'SYSTEM\CurrentControlSet\Services\EventLog\Application\Ukey'
EVENT_MESSAGES = '[System64Folder]EventCreate.exe'

# Types of custom actions, as Windows Installer numbers them.
EXE_OF_FILE, EXE_IN_FOLDER = 18, 34
IGNORE_EXIT, ROLLBACK, DEFERRED, AS_SYSTEM = 64, 256, 1024, 2048


def run(*command, folder=None):
    """Whatever a tool says on stderr is an error: wixl warns of what it drops, and exits with 0."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False,
                          cwd=folder)
    if done.returncode != 0 or done.stderr:
        sys.exit(f'{command[0]} failed ({done.returncode}): {" ".join(map(str, command))}\n{done.stdout}{done.stderr}')
    return done.stdout


def identifier(name, *, of=UPGRADE_CODE):
    return '{' + str(uuid.uuid5(of, name)).upper() + '}'


def sign(file, options):
    if not options.certificate:
        return
    signed = file.with_name(file.name + '.signed')
    done = subprocess.run(['osslsigncode', 'sign', '-certs', options.certificate, '-key', options.key, '-h', 'sha256',
                           '-n', 'Ukey Bridge', '-in', file, '-out', signed], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f'{file.name} cannot be signed: {done.stdout}{done.stderr}')
    os.replace(signed, file)


def program_list(file):
    """(id, where the build leaves it, name on the computer) of each line."""
    lines = [line.split() for line in file.read_text(encoding='utf-8').splitlines()]
    return [line for line in lines if line and not line[0].startswith('#')]


def stage(options, folder):
    """Copies of the programs, stripped, signed and of one time."""
    time = int(os.environ.setdefault('SOURCE_DATE_EPOCH', run('git', '-C', ROOT, 'log', '-1', '--format=%ct').strip()))
    names = {}
    for name, source, target in program_list(options.programs):
        found = options.build / source if source.startswith('windows-') else ROOT / source
        if not found.exists():
            sys.exit(f'{found} is missing: build it first (scripts/package.sh does)')
        copy = folder / target
        shutil.copyfile(found, copy)
        if copy.suffix in ('.exe', '.dll'):
            run('x86_64-w64-mingw32-strip', copy)  # Which puts the same time into the program.
            sign(copy, options)
        names[name] = target
    run(sys.executable, HERE / 'policies.py', folder / 'policies')
    for file in folder.rglob('*'):
        os.utime(file, (time, time))
    return names


def component(name, source, target, inner=''):
    return (f'<Component Id="C{name}" Guid="*" Win64="yes"><File Id="{name}" Name="{target}" Source="{source}"'
            f' KeyPath="yes"/>{inner}</Component>')


def wxs(names):
    """The source for wixl, and the ids of the components."""
    run_value = (f'<RegistryValue Root="HKLM" Key="{RUN}" Name="Ukey" Type="string"'
                 ' Value="&quot;[INSTALLDIR]ukeyd.exe&quot;"/>')
    parts = [component(name, target, target, run_value if name == 'ukeyd' else '')
             for name, target in names.items()]
    templates = [component('admx', 'policies/ukey.admx', 'ukey.admx')]
    for language in ('en-US', 'zh-CN'):
        name = 'adml' + language[:2]
        inner = component(name, f'policies/{language}/ukey.adml', 'ukey.adml')
        templates.append(f'<Directory Id="D{name}" Name="{language}">{inner}</Directory>')
    searches = [f'<Property Id="{name}"><RegistrySearch Id="S{name}" Root="HKLM" Key="{STORED}" Name="{value}" Type="raw"'
                ' Win64="yes"/></Property>' for name, value in PROPERTIES.items()]
    stored = [f'<RegistryValue Root="HKLM" Key="{STORED}" Name="{value}" Type="string" Value="[{name}]"/>'
              for name, value in PROPERTIES.items()]
    stored.append(f'<RegistryValue Root="HKLM" Key="{EVENTS}" Name="EventMessageFile" Type="string" Value="{EVENT_MESSAGES}"/>')
    # The search for the stored value would take the place of what the command line says.
    actions, sequence = [], []
    for number, name in enumerate(PROPERTIES):
        actions += [f'<CustomAction Id="Save{name}" Property="CMD{name}" Value="[{name}]"/>',
                    f'<CustomAction Id="Restore{name}" Property="{name}" Value="[CMD{name}]"/>']
        sequence += [f'<Custom Action="Save{name}" Sequence="{30 + number}"/>',
                     f'<Custom Action="Restore{name}" Sequence="{60 + number}">CMD{name}</Custom>']
    if 'ukeyd' in names:
        actions.append('<CustomAction Id="Start" FileKey="ukeyd" ExeCommand="" Return="asyncNoWait" Impersonate="yes"/>')
        sequence.append('<Custom Action="Start" Sequence="6700">NOT (REMOVE~="ALL")</Custom>')
    ids = [*names, 'admx', 'admlen', 'admlzh']
    text = (HERE / 'ukey.wxs').read_text(encoding='utf-8')
    for mark, lines in {'PROPERTIES': searches, 'COMPONENTS': parts, 'STORED': stored, 'ACTIONS': actions,
                        'SEQUENCE': sequence, 'TEMPLATES': ['<Directory Id="DPolicies" Name="policies">', *templates,
                                                            '</Directory>'],
                        'REFERENCES': [f'<ComponentRef Id="C{name}"/>' for name in ids]}.items():
        text = text.replace(f'@{mark}@', '\n'.join(lines))
    return text


def quoted(text):
    return text.replace("'", "''")


def mendings(names):
    """What wixl cannot say, as statements of msibuild."""
    def set_property(name, value):
        return f"UPDATE `Property` SET `Value`='{quoted(value)}' WHERE `Property`='{name}'"

    def action(name, kind, source, target, sequence, condition):
        return [f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('{name}', {kind}, '{source}',"
                f" '{quoted(target)}')",
                "INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES"
                f" ('{name}', '{quoted(condition)}', {sequence})"]

    secure = ['WIX_DOWNGRADE_DETECTED', 'WIX_UPGRADE_DETECTED', *PROPERTIES, *(f'CMD{name}' for name in PROPERTIES)]
    statements = [set_property('ProductName', NAME), set_property('ARPCOMMENTS', COMMENTS),
                  set_property('SecureCustomProperties', ';'.join(secure)),
                  f"UPDATE `LaunchCondition` SET `Description`='{quoted(DOWNGRADE)}' WHERE"
                  " `Condition`='NOT WIX_DOWNGRADE_DETECTED'",
                  # wixl adds a flag that is for deferred actions alone.
                  "UPDATE `CustomAction` SET `Type`=51 WHERE `Type`=2099",
                  # Within the transaction: when the new version fails, the old one comes back.
                  "UPDATE `InstallExecuteSequence` SET `Sequence`=1510 WHERE `Action`='RemoveExistingProducts'"]
    undo = EXE_OF_FILE + IGNORE_EXIT + ROLLBACK + DEFERRED + AS_SYSTEM
    statements += action('UndoRemove', undo, 'setup', 'apply', 2490, 'REMOVE~="ALL"')
    statements += action('UndoApply', undo, 'setup', 'remove', 5050, 'NOT (REMOVE~="ALL")')
    if 'ukeyd' in names:
        # Before the check for files in use.
        statements += action('Stop', EXE_IN_FOLDER + IGNORE_EXIT, 'INSTALLDIR', '"[INSTALLDIR]ukeyd.exe" stop', 1390,
                             'Installed OR WIX_UPGRADE_DETECTED')
    # A double click runs these first, and hands what they found on.
    for number, name in enumerate(PROPERTIES):
        for kind, sequence, condition in (('Save', 30 + number, ''), ('Restore', 60 + number, f'CMD{name}')):
            statements.append("INSERT INTO `InstallUISequence` (`Action`, `Condition`, `Sequence`) VALUES"
                              f" ('{kind}{name}', '{condition}', {sequence})")
    return statements


def mend(msi, names, folder):
    # First: without a code page of its own a database has no room for Chinese, and says nothing.
    code_page = folder / '_ForceCodepage.idt'
    code_page.write_bytes(b'\r\n\r\n65001\t_ForceCodepage\r\n')
    run('msibuild', msi, '-i', code_page)
    for statement in mendings(names):
        run('msibuild', msi, '-q', statement)
    run('msibuild', msi, '-s', NAME, 'Ukey Bridge', 'x64;2052', '{' + str(uuid.uuid4()).upper() + '}')


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument('--version', required=True)
    parser.add_argument('--build', type=pathlib.Path, required=True)
    parser.add_argument('--out', type=pathlib.Path, required=True)
    parser.add_argument('--programs', type=pathlib.Path, default=HERE / 'programs.txt')
    parser.add_argument('--certificate', type=pathlib.Path)
    parser.add_argument('--key', type=pathlib.Path)
    return parser.parse_args()


def main():
    options = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        staged = folder / 'files'
        staged.mkdir()
        names = stage(options, staged)
        source = folder / 'ukey.wxs'
        source.write_text(wxs(names), encoding='utf-8')
        made = folder / 'ukey.msi'
        run('wixl', '-a', 'x64', '-D', f'Version={options.version}', '-D',
            f'ProductCode={identifier("product " + options.version)}', '-D',
            f'UpgradeCode={{{str(UPGRADE_CODE).upper()}}}', '-o', made, source, folder=staged)
        mend(made, names, folder)
        sign(made, options)
        options.out.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(made, options.out)


if __name__ == '__main__':
    main()
