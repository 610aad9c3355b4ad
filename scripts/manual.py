#!/usr/bin/env python3
"""Writes the manual pages and the shell completion: scripts/manual.py BIN [--check]

BIN is the folder of the built programs: what they say to --help, in both languages, is the source, with a few words of
their own below; ukeyd.json(5) is made from its schema, in both languages as well. With --check nothing is written: what is
not as the programs or the schema say is named. The exit status is 1 then, and where a program has no page, or a description
of the schema no Chinese.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

import configuration_schema
import pages

ROOT = pathlib.Path(__file__).resolve().parents[1]
LANGUAGES = {'': 'C', 'zh_CN': 'zh_CN.UTF-8'}
WORDS = {
    '': {'NAME': 'NAME', 'SYNOPSIS': 'SYNOPSIS', 'DESCRIPTION': 'DESCRIPTION', 'OPTIONS': 'OPTIONS',
         'COMMANDS': 'COMMANDS', 'STATUS': 'EXIT STATUS', 'FILES': 'FILES', 'ENVIRONMENT': 'ENVIRONMENT',
         'ALSO': 'SEE ALSO', 'KEYS': 'KEYS'},
    'zh_CN': {'NAME': '名称', 'SYNOPSIS': '用法', 'DESCRIPTION': '说明', 'OPTIONS': '选项', 'COMMANDS': '命令',
              'STATUS': '退出状态', 'FILES': '文件', 'ENVIRONMENT': '环境变量', 'ALSO': '另见', 'KEYS': '配置项'},
}
FILES = [('/etc/ukey/ukeyd.json', "The administrator's configuration.", '管理员的配置。'),
         ('~/.config/ukey/ukeyd.json', "The user's own.", '用户自己的配置。'),
         ('~/.local/state/ukey', 'The state folder: grants, unfinished enrolments, the audit log.',
          '状态目录：许可、未完成的办理、审计日志。')]
LOCALE = ('LC_ALL, LC_MESSAGES, LANG', 'The language: Chinese or English.', '语言：中文或英文。')
PAGES = {
    'ukeyd': {
        'more': ('It listens on loopback, shows its own windows for PINs and consent, and starts a process for each driver '
                 'library. One runs for each user; it never connects to anywhere. It prints one line when it is ready, '
                 'logs to standard error, and ends on SIGTERM.',
                 '只在本机回环地址上监听，自行显示输入密码和确认操作的窗口，并为每个驱动库启动一个进程。每个用户运行一个，从不主动连接网络。'
                 '准备好后输出一行，日志写到标准错误输出，收到 SIGTERM 时结束。'),
        'status': [('0', 'It ended as it was told to.', '按要求结束。'),
                   ('1', 'It could not start; standard error says why.', '无法启动，原因见标准错误输出。'),
                   ('3', 'Another one runs with this state folder.', '已有一个使用同一状态目录的 ukeyd 在运行。')],
        'files': FILES,
        'environment': [('DISPLAY, WAYLAND_DISPLAY', 'Where windows open.', '在哪个桌面显示窗口。'),
                        ('UKEY_SOFTTOKEN_DIR', 'The folder of the soft tokens.', '软件 Ukey 所在目录。')],
        'also': ['ukeyctl(1)', 'ukey-token-host(1)', 'ukey-prompt(1)', 'ukeyd.json(5)'],
    },
    'ukeyctl': {
        'more': ('Without --config and --state-dir it is about the Ukey Bridge that runs, whatever its files are; it says so '
                 'when these are not the usual ones.',
                 '没有 --config 和 --state-dir 时，查看的是正在运行的 Ukey 助手，无论它使用哪些文件；若不是通常的文件，会加以说明。'),
        'status': [('0', 'All is well.', '一切正常。'),
                   ('1', 'There is nothing to tell of, something is wrong, or the command failed.',
                    '没有可显示的内容、存在问题，或命令失败。'),
                   ('2', 'The command line cannot be understood.', '命令行有误。'),
                   ('3', 'status: Ukey Bridge is not running.', 'status：Ukey 助手没有运行。')],
        'files': FILES,
        'environment': [LOCALE, ('UKEY_SOFTTOKEN_DIR', 'The folder of the soft tokens.', '软件 Ukey 所在目录。')],
        'also': ['ukeyd(1)', 'ukeyd.json(5)'],
    },
}
# Started by the others alone: there is no --help to make a page of.
INNER = {
    'ukey-token-host': {
        'about': ('the process of one driver library', '一个驱动库的进程'),
        'more': ('ukeyd(1) starts one for each driver library and ends it when the library hangs; it asks for the PIN and has no '
                 'network. It is not for use by hand, and knows --version alone.',
                 'ukeyd(1) 为每个驱动库启动一个，驱动库无响应时将其结束；密码由它询问，它不能访问网络。不供手工使用，只接受 --version。'),
        'also': ['ukeyd(1)', 'ukey-prompt(1)'],
    },
    'ukey-prompt': {
        'about': ('the window that asks for a PIN or a yes', '询问密码或请用户确认的窗口'),
        'more': ('On a desktop, ukeyd(1) and ukey-token-host(1) start it for each window and speak Assuan with it, as with a '
                 'pinentry; on a terminal, and where it is not installed, a pinentry asks instead (ukeyctl doctor says which). The '
                 'window takes nothing that is typed or clicked before it was seen for a second without keys, or clicked. It is not '
                 'for use by hand, and knows --version alone.',
                 '在桌面环境中，ukeyd(1) 和 ukey-token-host(1) 每次显示窗口时启动它，并像与 pinentry 一样用 Assuan 协议与它通信；'
                 '在终端中，或未安装它时，由 pinentry 询问（ukeyctl doctor 会说明用的是哪一个）。窗口显示后一秒内没有按键，'
                 '或用户点击过窗口，才接受输入。不供手工使用，只接受 --version。'),
        'status': [('0', 'The conversation is over.', '通信结束。'),
                   ('1', 'There is no display.', '没有可用的桌面。'),
                   ('2', 'It failed; standard error says why.', '出错，原因见标准错误输出。')],
        'environment': [('DISPLAY, WAYLAND_DISPLAY', 'Where the window opens.', '在哪个桌面显示窗口。')],
        'also': ['ukeyd(1)', 'ukey-token-host(1)', 'ukeyctl(1)'],
    },
}

# Of ukeyd.json(5), beside the descriptions of its schema.
CONFIGURATION = {
    '': {'about': 'the configuration of ukeyd', 'kind': 'For {}:', 'brackets': ' ({})', 'and': '; ', 'comma': ', ', 'or': ' or ',
         'default': 'default {}', 'required': 'required',
         'more': "One JSON object. What the administrator's file sets is decided; a key that is not known or a value out of its "
                 'bounds is refused with its place, and nothing is started.'},
    'zh_CN': {'about': 'ukeyd 的配置文件', 'kind': 'kind 为 {} 时：', 'brackets': '（{}）', 'and': '；', 'comma': '、', 'or': ' 或 ',
              'default': '默认 {}', 'required': '必须设置',
              'more': '内容为一个 JSON 对象。管理员的配置中已有的配置项以管理员的配置为准；遇到无法识别的配置项或超出范围的值，会指出其位置并拒绝启动。'},
}


def roff(text):
    text = text.replace('\\', '\\e').replace('-', '\\-')
    return '\n'.join('\\&' + line if line[:1] in ".'" else line for line in text.split('\n'))


def section(name, words):
    return [f'.SH {words[name]}']


def entry(term, text):
    return ['.TP', f'.B {roff(term)}', roff(text)]


def help_of(program, commands, locale):
    environment = {**os.environ, 'LC_ALL': locale}
    for name in ('LANG', 'LC_MESSAGES'):
        environment.pop(name, None)
    done = subprocess.run([program, *commands, '--help'], env=environment, capture_output=True, text=True, check=True,
                          encoding='utf-8')
    return done.stdout


def parts(text):
    """The description, and the items of each part of a help text, as [term, explanation]."""
    about, current, found = [], None, {}
    for line in text.splitlines():
        heading = re.fullmatch(r'(Usage|Positionals|Options|Subcommands|\[Option Group.*\]):?.*', line)
        if heading and not line.startswith(' '):
            current = heading.group(1)
            found.setdefault(current, [line.split(': ', 1)[-1]] if current == 'Usage' else [])
        elif current is None:
            about.append(line)
        elif line.startswith('  ') and current != 'Usage':
            if line.startswith(' ' * 10) and found[current]:
                found[current][-1][1] += (' ' if found[current][-1][1].isascii() else '') + line.strip()
            else:
                term, _, explanation = line.strip().partition('  ')
                found[current].append([term, explanation.strip()])
    return ' '.join(' '.join(about).split()), found


def subcommands(program, path, locale):
    """Every command with its help, depth first."""
    about, found = parts(help_of(program, path, locale))
    rows = [(path, about, found)]
    for name, _ in found.get('Subcommands', []):
        rows += subcommands(program, [*path, name], locale)
    return rows


def head(name, number, language):
    lines = ['.\\" Made by scripts/manual.py; edit what the program says to --help, or that script.',
             f'.TH {name.upper()} {number} "" "Ukey Bridge" "{"Ukey 助手" if language else "Ukey Bridge"}"']
    # Lines of Chinese have few blanks: made equally long, they get holes, and the few words of English are hyphenated.
    return lines + (['.nh', '.ad l'] if language else [])


def ending(page, words, chinese):
    """What every page has after its own."""
    lines = []
    for part, key in (('STATUS', 'status'), ('FILES', 'files'), ('ENVIRONMENT', 'environment')):
        lines += section(part, words) if key in page else []
        for row in page.get(key, []):
            lines += entry(row[0], row[1 + chinese])
    return lines + section('ALSO', words) + [roff(', '.join(page['also']))]


def program_page(folder, name, language):
    words, chinese = WORDS[language], int(bool(language))
    rows = subcommands(str(folder / name), [], LANGUAGES[language])
    (_, about, top), page = rows[0], PAGES[name]
    lines = head(name, 1, language)
    lines += section('NAME', words) + [roff(f'{name} - {about}')]
    command = '[COMMAND]' if '[SUBCOMMAND]' in help_of(str(folder / name), [], LANGUAGES[language]) else 'COMMAND ...'
    synopsis = f'{name} [OPTIONS]' + (f' {command}' if len(rows) > 1 else '')
    lines += section('SYNOPSIS', words) + [f'.B {roff(synopsis)}']
    lines += section('DESCRIPTION', words) + [roff(page['more'][chinese])]
    lines += section('OPTIONS', words)
    for term, text in top.get('Options', []):
        lines += entry(term, text)
    if len(rows) > 1:
        lines += section('COMMANDS', words)
        for path, text, found in rows[1:]:
            if 'Subcommands' in found:
                continue
            positionals = ' '.join(term.split()[0].upper() for term, _ in found.get('Positionals', []))
            lines += entry(' '.join([*path, positionals]).strip(), text)
            for term, explanation in found.get('Options', []):
                if not term.startswith('-h'):
                    lines += ['.RS'] + entry(term, explanation) + ['.RE']
    return '\n'.join(lines + ending(page, words, chinese)) + '\n'


def inner_page(name, language):
    words, chinese, page = WORDS[language], int(bool(language)), INNER[name]
    lines = head(name, 1, language)
    lines += section('NAME', words) + [roff(f'{name} - {page["about"][chinese]}')]
    lines += section('SYNOPSIS', words) + [f'.B {roff(f"{name} --version")}']
    lines += section('DESCRIPTION', words) + [roff(page['more'][chinese])]
    return '\n'.join(lines + ending(page, words, chinese)) + '\n'


def bounds(value, required, language):
    """What a value may be, and what it is when it is left out; in brackets, or nothing."""
    words = CONFIGURATION[language]
    choices = [json.dumps(choice) for choice in value.get('enum', [])]
    said = [words['comma'].join(choices[:-1]) + words['or'] + choices[-1]] if choices else []
    said += pages.bounds_of(value, pages.CHINESE if language else pages.ENGLISH)
    if 'default' in value:
        said.append(words['default'].format(json.dumps(value['default'])))
    elif required:
        said.append(words['required'])
    return words['brackets'].format(words['and'].join(said)) if said else ''


def keys(schema, language):
    words, lines = CONFIGURATION[language], []
    for name, value in schema.get('properties', {}).items():
        inner = value.get('items', value) if value.get('type') == 'array' else value
        said = value.get('x-zh-CN', {}) if language else value
        lines += entry(name, said.get('description', '').replace('`', '')
                       + bounds(value, name in schema.get('required', []), language))
        for kind, members in configuration_schema.by_kind(schema):
            if name in members:
                lines += ['.RS'] + entry(words['kind'].format(kind), '')
                lines += ['.RS'] + keys(members[name], language) + ['.RE', '.RE']
        if 'properties' in inner:
            lines += ['.RS'] + keys(inner, language) + ['.RE']
    return lines


def configuration_page(language):
    words, own, chinese = WORDS[language], CONFIGURATION[language], int(bool(language))
    lines = head('ukeyd.json', 5, language)
    lines += section('NAME', words) + [roff(f'ukeyd.json - {own["about"]}')]
    lines += section('DESCRIPTION', words) + [roff(own['more'])]
    lines += section('FILES', words)
    for row in FILES[:2]:
        lines += entry(row[0], row[1 + chinese])
    lines += section('KEYS', words) + keys(configuration_schema.load(), language)
    lines += section('ALSO', words) + [roff('ukeyd(1)')]
    return '\n'.join(lines) + '\n'


def completion(folder):
    rows = subcommands(str(folder / 'ukeyctl'), [], 'C')
    cases = []
    for path, _, found in rows:
        names = [name for name, _ in found.get('Subcommands', [])]
        options = [word for term, _ in found.get('Options', []) for word in re.findall(r'--[a-z-]+', term)]
        cases.append(f"    '{' '.join(path)}') words='{' '.join(names + sorted(options))}' ;;")
    return '\n'.join([
        '# bash completion of ukeyctl. Made by scripts/manual.py from what it says to --help.',
        '_ukeyctl() {',
        '  local words= path= word',
        '  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}',
        '  case $before in',
        '    --config) COMPREPLY=($(compgen -f -- "$current")); return ;;',
        '    --state-dir) COMPREPLY=($(compgen -d -- "$current")); return ;;',
        '  esac',
        '  before=',
        '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
        '    case $before in --config|--state-dir) before=; continue ;; esac',
        '    before=$word',
        '    case $word in',
        '      [a-z]*) case $path in *" "*) ;; *) path=${path:+$path }$word ;; esac ;;',
        '    esac',
        '  done',
        '  case $path in',
        *cases,
        '  esac',
        '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
        '}',
        'complete -F _ukeyctl ukeyctl', ''])


def made(folder):
    files = {'packaging/linux/ukeyctl.bash-completion': completion(folder)}
    for language in LANGUAGES:
        place = pathlib.PurePosixPath('docs/man', language)
        files[str(place / 'ukeyd.json.5')] = configuration_page(language)
        for name in PAGES:
            files[str(place / f'{name}.1')] = program_page(folder, name, language)
        for name in INNER:
            files[str(place / f'{name}.1')] = inner_page(name, language)
    return files


def without_page(folder):
    """The programs for which nobody wrote a page; the sandbox and the helpers of tests are not for the system's users."""
    programs = {file.name for file in folder.glob('ukey*')}
    return sorted(name for name in programs - {*PAGES, *INNER, 'ukey-sandbox'} if not name.startswith('ukey-test-'))


def main(arguments):
    check = '--check' in arguments
    folder = pathlib.Path([word for word in arguments if not word.startswith('--')][0])
    stale = 0
    for name in without_page(folder):
        print(f'{name} has no manual page; scripts/manual.py needs words for it')
        stale = 1
    for place in configuration_schema.without_chinese():
        print(f'The description of {place} in the schema of the configuration has no Chinese (x-zh-CN)')
        stale = 1
    for name, text in made(folder).items():
        path = ROOT / name
        if path.exists() and path.read_text(encoding='utf-8') == text:
            continue
        if check:
            print(f'{name} is not what the programs say; run scripts/manual.py {folder}')
            stale = 1
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding='utf-8')
    return stale


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
