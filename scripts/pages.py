#!/usr/bin/env python3
"""Writes the pages that are made from descriptions: scripts/pages.py [--check]

docs/protocol/reference.md from docs/protocol/openrpc.json, docs/configuration.md from daemon/config/ukeyd.schema.json and
the schemas of tokenlib/drivers/options.
With --check nothing is written: a page that is not what its description says is named, and the exit status is 1.
"""
import json
import pathlib
import sys

import configuration_schema

ROOT = pathlib.Path(__file__).resolve().parents[1]


def code(value):
    return f'`{value}`'


def last(reference):
    return reference.rsplit('/', 1)[-1]


def anchor(heading):
    kept = ''.join(c for c in heading.lower() if c.isalnum() or c in '-_ ')
    return kept.replace(' ', '-')


# How bounds are said: of numbers, of texts, of lists.
ENGLISH = {'both': '{} to {}', 'most': 'at most {}', 'least': 'at least {}', 'units': ('', ' characters', ' entries')}
CHINESE = {'both': '{} 至 {}', 'most': '最多 {}', 'least': '至少 {}', 'units': ('', ' 个字符', ' 项')}


def bounds_of(schema, said):
    """Each bound of a value, in words of that language."""
    words = []
    for (least, most), unit in zip((('minimum', 'maximum'), ('minLength', 'maxLength'), ('minItems', 'maxItems')), said['units']):
        if least in schema and most in schema:
            words.append(said['both'].format(schema[least], schema[most]) + unit)
        elif most in schema:
            words.append(said['most'].format(schema[most]) + unit)
        elif least in schema:
            words.append(said['least'].format(schema[least]) + unit)
    return words


def size(schema):
    """The bounds of a value, in words; empty when it has none."""
    return ', '.join(bounds_of(schema, ENGLISH))


def kind(schema):
    """The type of a value, as a cell of a table."""
    if '$ref' in schema:
        name = last(schema['$ref'])
        return f'[{name}](#{anchor(name)})'
    if 'const' in schema:
        return code(json.dumps(schema['const']).strip('"'))
    if 'enum' in schema:
        return ', '.join(code(value) for value in schema['enum'])
    if 'oneOf' in schema and 'type' not in schema:
        return ' or '.join(kind(choice) for choice in schema['oneOf'])
    if schema.get('type') == 'array':
        return 'list of ' + kind(schema.get('items', {}))
    if schema.get('type') == 'integer':
        return 'number'
    return schema.get('type', 'any')


def line(text):
    return text.replace('\n', ' ').replace('|', '\\|')


def meaning(member, schemas):
    words = member.get('description', '')
    if not words and '$ref' in member:
        words = schemas[last(member['$ref'])].get('description', '').split('. ')[0]
    return '; '.join(word for word in (words.rstrip('.'), size(member)) if word)


def fields(schema, title, schemas):
    """A table of an object's members."""
    members = schema.get('properties', {})
    if not members:
        return []
    rows = [f'| {title} | type | |', '|---|---|---|']
    for name, member in members.items():
        needed = '' if name in schema.get('required', []) else ' (optional)'
        rows.append(f'| {code(name)}{needed} | {line(kind(member))} | {line(meaning(member, schemas))} |')
    choices = [code(choice['required'][0]) for choice in schema.get('oneOf', []) if choice.get('required')]
    if choices:
        rows += ['', 'Exactly one of ' + ', '.join(choices) + '.']
    return rows + ['']


def method_section(method, schemas):
    scopes = ' or '.join(code(scope) for scope in method['x-scope']) or 'none'
    out = [f'### {method["name"]}', '', method['summary'], '', f'Scope: {scopes}.', '']
    for title, reference in (('parameter', method['x-params']), ('result', method['result']['schema'])):
        schema = schemas[last(reference['$ref'])]
        out += fields(schema, title, schemas) or [f'No {title}s.' if title == 'parameter' else 'The result is empty.', '']
    errors = ', '.join(code(last(error['$ref'])) for error in method['errors'])
    return out + ([f'Errors of its own: {errors}.', ''] if errors else [])


def shown_in_sections(description):
    """Names of the schemas that a method's section has shown already, and that nothing else refers to by name."""
    names = set()
    for method in description['methods']:
        names |= {last(method['x-params']['$ref']), last(method['result']['schema']['$ref'])}
    return names - referred_to(description['components']['schemas'])


def referred_to(part):
    """Names of the schemas to which something in that part of the description refers as a whole."""
    if isinstance(part, list):
        return set().union(*map(referred_to, part))
    if not isinstance(part, dict):
        return set()
    reference = part.get('$ref', '')
    whole = {last(reference)} if isinstance(reference, str) and reference.count('/') == 3 else set()
    return whole.union(*map(referred_to, part.values()))


def notification_section(notification, schemas):
    scopes = ' or '.join(code(scope) for scope in notification['x-scope'])
    sender = {'bridge': 'the bridge', 'page': 'the page', 'both': 'either side'}[notification['x-from']]
    out = [f'### {notification["name"]}', '', f'{notification["summary"]} Sent by {sender}'
           + (f', scope {scopes}.' if scopes else '.'), '']
    return out + fields(schemas[last(notification['x-params']['$ref'])], 'member', schemas)


def protocol_page():
    description = json.loads((ROOT / 'docs/protocol/openrpc.json').read_text(encoding='utf-8'))
    schemas = description['components']['schemas']
    out = ['# Reference of the protocol `ukey.v1`', '',
           'Made from [openrpc.json](openrpc.json) by `scripts/pages.py`; edit that file, not this one. How the parts work'
           ' together is in [README.md](README.md).', '', '## Limits', '', '| what | |', '|---|---|']
    out += [f'| {code(name)} | {value} |' for name, value in description['x-limits'].items()]
    out += ['', '## Methods', '']
    for method in description['methods']:
        out += method_section(method, schemas)
    out += ['## Notifications', '']
    for notification in description['x-notifications']:
        out += notification_section(notification, schemas)
    out += ['## Errors', '', 'Each is a JSON-RPC error whose `data` is [ErrorData](#errordata); `code` never changes its meaning.'
            ' The message comes in the language of the caller.', '', '| code | number | again? | message |', '|---|---|---|---|']
    for name, error in description['components']['errors'].items():
        again = 'yes' if error['data']['retryable'] else 'no'
        out.append(f'| {code(name)} | {error["code"]} | {again} | {line(error["message"])} |')
    out += ['', '## Types', '']
    shown = shown_in_sections(description)
    for name, schema in schemas.items():
        if name in shown:
            continue
        out += [f'### {name}', '', schema.get('description', '')]
        table = fields(schema, 'member', schemas)
        if table:
            out += [''] + table
        else:
            bounds = size(schema)
            out += ['', f'{kind(schema)}{", " + bounds if bounds else ""}.', '']
    return '\n'.join(out).rstrip() + '\n'


def setting(name, schema, required):
    """A bullet about one key of the configuration; nested keys follow it."""
    kinds = {'array': 'a list', 'object': 'an object', 'string': 'text', 'integer': 'a number', 'boolean': '`true` or `false`'}
    if 'enum' in schema:
        words = [' or '.join(code(value) for value in schema['enum'])]
    else:
        words = [kinds[schema['type']] if 'type' in schema else line(schema['x-mustBe'])]
    bounds = size(schema)
    if bounds:
        words.append(bounds)
    if 'default' in schema:
        default = schema['default']
        words.append('default ' + code(json.dumps(default) if not isinstance(default, str) else default))
    elif required:
        words.append('required')
    return f'**{name}** ({", ".join(words)}): {schema["description"]}'


def settings(schema, depth=0):
    out = []
    for name, member in schema['properties'].items():
        out.append('  ' * depth + '- ' + setting(name, member, name in schema.get('required', [])))
        for kind_name, members in configuration_schema.by_kind(schema):
            if name in members:
                out.append('  ' * (depth + 1) + f'- For {code(kind_name)}:')
                out += settings(members[name], depth + 2)
        inner = member.get('items', {}) if member.get('type') == 'array' else member
        if 'properties' in inner:
            out += settings(inner, depth + 1)
    return out


def configuration_page():
    schema = configuration_schema.load()
    frame = (ROOT / 'docs/configuration.in.md').read_text(encoding='utf-8')
    note = '<!-- Made from daemon/config/ukeyd.schema.json, tokenlib/drivers/options and docs/configuration.in.md by scripts/pages.py; edit those. -->\n'
    return note + frame.replace('@KEYS@\n', '\n'.join(settings(schema)) + '\n')


PAGES = {'docs/protocol/reference.md': protocol_page, 'docs/configuration.md': configuration_page}


def stale():
    """The pages that are not what their descriptions say."""
    old = []
    for name, make in PAGES.items():
        page = ROOT / name
        if not page.exists() or page.read_text(encoding='utf-8') != make():
            old.append(name)
    return old


def main(arguments):
    if arguments == ['--check']:
        found = stale()
        for name in found:
            print(f'{name} is not what its description says: run scripts/pages.py')
        return 1 if found else 0
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), encoding='utf-8')
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
