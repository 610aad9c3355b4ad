#!/usr/bin/env python3
"""Finds paths that become text, or text that becomes a path, by the code page of the machine: scripts/checks/paths.py [ROOT]

std::filesystem::path's own string() and its constructor from narrow text mean UTF-8 on Linux and the ANSI code page on
Windows, where a folder with a Chinese name is then lost. pathText and pathFrom (tokenlib/base/path_text.hpp) mean UTF-8
everywhere. And the environment has other variables on each system, so that only a folder platform/ reads it. Prints a line
for each that does otherwise; the exit status is 1 when there is one.
"""
import pathlib
import re
import subprocess
import sys

# A call of string() and its kin on anything; a path made from something that is no literal, no path and not nothing.
BY_CODE_PAGE = re.compile(r'\.(?:generic_)?string\(\)|\.u8string\(\)|\bu8path\(|'
                          r'\b(?:filesystem|fs)::path[({](?!["{)}]|std::wstring|const\b)')
ENVIRONMENT = re.compile(r'\bgetenv\(')
FOLDERS = ('tokenlib', 'daemon')
LINUX = '/platform/linux/'  # There, octets are names.


def find(root):
    listed = subprocess.run(['git', '-C', root, 'ls-files', '-co', '--exclude-standard', *FOLDERS], check=True, text=True,
                            capture_output=True).stdout.splitlines()
    findings = []
    for name in listed:
        if not name.endswith(('.cpp', '.hpp')) or LINUX in '/' + name or not (root / name).is_file():
            continue
        for number, line in enumerate((root / name).read_text(encoding='utf-8').splitlines(), 1):
            code = line.split('//')[0]
            if BY_CODE_PAGE.search(code):
                findings.append(f'{name}:{number}: use pathText or pathFrom: {line.strip()}')
            if ENVIRONMENT.search(code) and '/platform/' not in name:
                findings.append(f'{name}:{number}: read the environment below platform/: {line.strip()}')
    return findings


def main():
    findings = find(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.'))
    print('\n'.join(findings) or 'paths: text of a path is UTF-8 everywhere, and platform/ alone reads the environment')
    return 1 if findings else 0


if __name__ == '__main__':
    sys.exit(main())
