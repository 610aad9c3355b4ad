#!/usr/bin/env python3
"""Finds mentions of files that are not in the repository: scripts/checks/citations.py [ROOT]

A comment that cites a page, a page that links to a file, and a path in `backticks` of a page must name something that is
there, counted from the root, from the file itself or from docs/. Prints a line for each that does not; the exit status is 1
when there is one.
"""
import pathlib
import re
import subprocess
import sys

SOURCES = {'.cpp', '.hpp', '.h', '.ts', '.tsx', '.mjs', '.sh', '.py', '.cmake', '.service', '.txt'}
CITED = re.compile(r'(?<![\w/.@*{}$-])([A-Za-z][\w./-]*\.md)\b')  # In sources.
LINKED = re.compile(r'\]\(([^)#\s]+)(?:#[^)]*)?\)')  # In pages.
QUOTED = re.compile(r'`([A-Za-z.][\w.-]*/[\w./-]*)`')  # In pages: a path, with its folder.
PLACES = ('tokenlib', 'daemon', 'sandbox', 'tests', 'web-sdk', 'docs', 'scripts', 'packaging', 'cmake')
MADE = ('build/', 'web-sdk/dist', 'web-sdk/src/generated', 'sandbox/web/dist')  # By the build.


def files_of(root):
    """Files that are, or are about to be, in the repository."""
    listed = subprocess.run(['git', '-C', root, 'ls-files', '-co', '--exclude-standard'], check=True, text=True,
                            capture_output=True).stdout.splitlines()
    invented = 'tests/scripts/'  # What the tests of this check plant.
    return [root / name for name in listed if not name.startswith(invented) and (root / name).is_file()]


def is_there(root, file, name):
    return any((base / name).exists() for base in (root, file.parent, root / 'docs'))


def mentions(file, text):
    """(offset, name) of each file that is mentioned."""
    if file.suffix in SOURCES or file.name in ('Makefile', 'CMakeLists.txt'):
        for match in CITED.finditer(text):
            yield match.start(1), match.group(1)
    if file.suffix == '.md':
        for match in LINKED.finditer(text):
            if '://' not in match.group(1) and not match.group(1).startswith('mailto:'):
                yield match.start(1), match.group(1)
        for match in QUOTED.finditer(text):
            if match.group(1).split('/')[0] in PLACES and not match.group(1).startswith(MADE):
                yield match.start(1), match.group(1)


def find(root):
    findings = []
    for file in files_of(root):
        if file.suffix not in SOURCES | {'.md'} and file.name != 'Makefile':
            continue
        text = file.read_text(encoding='utf-8', errors='replace')
        for offset, name in mentions(file, text):
            if not is_there(root, file, name):
                line = text.count('\n', 0, offset) + 1
                findings.append(f'{file.relative_to(root).as_posix()}:{line}: {name} is not in the repository')
    return findings


if __name__ == '__main__':
    found = find(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve())
    print('\n'.join(found) or 'citations: every file that is mentioned is there')
    sys.exit(1 if found else 0)
