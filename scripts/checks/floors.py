#!/usr/bin/env python3
"""Finds includes that the build does not know of: scripts/checks/floors.py [ROOT]

Each folder with a CMakeLists.txt that makes a target may include the headers of its own, of what its targets link, and of
what those link publicly; and only of folders that come before it in the order of floors (the lists of folders in
CMakeLists.txt, daemon/CMakeLists.txt and sandbox/CMakeLists.txt). The same holds for libraries from outside. Prints a line
for each include that breaks this; the exit status is 1 when there is one.
"""
import pathlib
import re
import sys

# Which linked target makes a header from outside the project available.
OUTSIDE = [
    (r'openssl/', {'OpenSSL::Crypto', 'OpenSSL::SSL'}),
    (r'boost/beast', {'ukey_beast'}),
    (r'boost/', {'ukey_asio', 'Boost::headers'}),
    (r'nlohmann/', {'nlohmann_json::nlohmann_json'}),
    (r'valijson/', {'valijson'}),
    (r'spdlog/', {'spdlog::spdlog'}),
    (r'fmt/', {'fmt::fmt', 'spdlog::spdlog'}),
    (r'sqlite3\.h', {'SQLite::SQLite3'}),
    (r'CLI/', {'CLI11::CLI11'}),
    (r'gcrypt\.h', {'PkgConfig::LIBGCRYPT'}),
    (r'systemd/', {'PkgConfig::SYSTEMD'}),
    (r'(gtk/|glib)', {'PkgConfig::GTK'}),
    (r'seccomp\.h', {'PkgConfig::LIBSECCOMP'}),
]
PLACES = ('tokenlib', 'daemon', 'sandbox')  # Tests may look at anything; what they do not link, the linker misses.
ORDERS = ('', 'daemon', 'sandbox')  # Folders whose CMakeLists.txt lists further ones, lowest floor first.
SOURCES = {'.cpp', '.hpp', '.h', '.c', '.inc'}
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', re.M)
KEYWORDS = {'PUBLIC', 'PRIVATE', 'INTERFACE'}


class Target:
    def __init__(self, folder):
        self.folder = folder
        self.linked = set()  # By whatever word: what the target's own files may include.
        self.public = set()  # What those who link the target get with it.


def commands(text):
    """(name, [argument, ...]) of each command of a CMakeLists.txt, without comments."""
    text = re.sub(r'#[^\n]*', '', text)
    for match in re.finditer(r'(\w+)\s*\(([^()]*(?:\([^()]*\)[^()]*)*)\)', text):
        yield match.group(1).lower(), re.findall(r'"[^"]*"|\S+', match.group(2))


def add_links(target, arguments):
    public = True
    for word in arguments:
        if word in KEYWORDS:
            public = word != 'PRIVATE'
            continue
        target.linked.add(word)
        if public:
            target.public.add(word)


def read_targets(root):
    targets = {}
    lists = [file for place in PLACES for file in sorted((root / place).rglob('CMakeLists.txt'))]
    for file in lists + sorted((root / 'cmake').glob('*.cmake')):
        if 'node_modules' in file.parts:
            continue
        folder = file.parent.relative_to(root).as_posix()
        for name, arguments in commands(file.read_text(encoding='utf-8')):
            if not arguments:
                continue
            if name in ('add_library', 'add_executable'):
                targets.setdefault(arguments[0], Target(folder))
            elif name == 'target_link_libraries':
                add_links(targets.setdefault(arguments[0], Target(folder)), arguments[1:])
    return targets


def read_order(root):
    """The rank of each folder that one of the lists of folders names; those of sandbox and daemon count as one list."""
    order = []
    for place in ORDERS:
        file = root / place / 'CMakeLists.txt'
        if not file.exists():
            continue
        for name, arguments in commands(file.read_text(encoding='utf-8')):
            if name == 'foreach' and arguments[:1] == ['folder']:
                found = [(pathlib.PurePosixPath(place) / word).as_posix() for word in arguments[1:]]
                at = order.index(place) if place in order else len(order)
                order[at:at + 1] = found
    return {folder: rank for rank, folder in enumerate(order)}


def reach(targets, folder):
    """The names of all that the targets of a folder link, with what those pass on."""
    reached = set()
    waiting = [name for target in targets.values() if target.folder == folder for name in target.linked]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        if name in targets:
            waiting.extend(targets[name].public)
    return reached


def owner(folders, path):
    """The folder with a target that a file belongs to."""
    for parent in pathlib.PurePosixPath(path).parents:
        if parent.as_posix() in folders:
            return parent.as_posix()
    return None


def complaint(include, quoted, folder, folders, order, reached, reached_folders):
    if not quoted:
        for pattern, names in OUTSIDE:
            if re.match(pattern, include):
                return None if reached & names else f'links none of {", ".join(sorted(names))}'
        return None
    if include.startswith('tests/'):
        return f'{folder} is no test'
    home = owner(folders, include)
    if home is None or home == folder:
        return None
    if folder in order and home in order and order[home] > order[folder]:
        return f'{home} lies above {folder}'
    return None if home in reached_folders else f'no target of {folder} links {home}'


def links_upwards(targets, order):
    for name, target in sorted(targets.items()):
        for other in sorted(target.linked & targets.keys()):
            above = targets[other].folder
            if order.get(above, -1) > order.get(target.folder, len(order)):
                yield f'{target.folder}/CMakeLists.txt: {name} links {other}, but {above} lies above {target.folder}'


def find(root):
    targets = read_targets(root)
    folders = {target.folder for target in targets.values()}
    order = read_order(root)
    findings = list(links_upwards(targets, order))
    for folder in sorted(folders - {'cmake'}):
        reached = reach(targets, folder)
        reached_folders = {targets[name].folder for name in reached if name in targets}
        for file in sorted((root / folder).rglob('*')):
            name = file.relative_to(root).as_posix()
            if file.suffix not in SOURCES or 'node_modules' in file.parts or owner(folders, name) != folder:
                continue
            text = file.read_text(encoding='utf-8')
            for match in INCLUDE.finditer(text):
                include = match.group(1) or match.group(2)
                why = complaint(include, bool(match.group(1)), folder, folders, order, reached, reached_folders)
                if why:
                    line = text.count('\n', 0, match.start(1) if match.group(1) else match.start(2)) + 1
                    findings.append(f'{name}:{line}: includes {include}, but {why}')
    return findings


if __name__ == '__main__':
    found = find(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else '.').resolve())
    print('\n'.join(found) or 'floors: every include is of what is linked and lies below')
    sys.exit(1 if found else 0)
