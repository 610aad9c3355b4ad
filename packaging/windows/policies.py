#!/usr/bin/env python3
"""Writes the templates of Group Policy: packaging/windows/policies.py FOLDER

ukey.admx, and en-US/ukey.adml and zh-CN/ukey.adml beside it, made from daemon/config/ukeyd.schema.json: one policy a
setting, each with the registry value in which ukeyd looks for it.
"""
import json
import pathlib
import sys
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = 'http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions'
KEY = r'Software\Policies\Ukey'
LANGUAGES = ('en-US', 'zh-CN')
# What no setting of the schema says.
WORDS = {
    'ukey': ('Ukey Bridge', 'Ukey 助手'),
    'supported': ('Ukey Bridge on Windows 10 or later', 'Windows 10 及以上系统中的 Ukey 助手'),
    'list': ('One entry a line.', '每行一项。'),
    'origins': ('An entry is the site alone (https://auction.example.cn: it may see Ukeys and certificates, sign, log in and'
                ' open envelopes), the site and what it may do (https://ra.example.cn tokens certificates sign manage), or'
                ' an object as in the configuration file.',
                '每项为：单独的网站（如 https://auction.example.cn，可以查看 Ukey 和证书、签名、登录、打开数字信封）；网站和允许的操作'
                '（如 https://ra.example.cn tokens certificates sign manage）；或与配置文件中相同的 JSON 对象。'),
    'drivers': ('An entry is the library alone (an absolute path, or a file name in the folders of the system), skf or pkcs11'
                ' and the library, or an object as in the configuration file.',
                '每项为：单独的驱动库（绝对路径，或系统目录中的文件名）；skf 或 pkcs11 加驱动库；或与配置文件中相同的 JSON 对象。'),
    'unlockAuthorities': ('An entry is a certificate in Base64, in one line.', '每项为一行 Base64 编码的证书。'),
}


def words(name, index):
    return WORDS[name][index]


def settings(schema, category='ukey', key=KEY):
    """(name, schema, category, key) of each setting; those of an object lie under a key of its name."""
    for name, member in schema['properties'].items():
        if member.get('type') == 'object':
            yield from settings(member, name, key + '\\' + name)
        else:
            yield name, member, category, key


def categories(schema):
    return [name for name, member in schema['properties'].items() if member.get('type') == 'object']


def child(parent, tag, text=None, **attributes):
    made = xml.SubElement(parent, tag, {name.rstrip('_'): str(value) for name, value in attributes.items()})
    made.text = text
    return made


def root(tag):
    return xml.Element(tag, {'xmlns': SCHEMA, 'revision': '1.0', 'schemaVersion': '1.0'})


def value_element(policy, name, member, key):
    """What the policy writes: the element with its bounds, or the two values of a switch."""
    kind = 'enum' if 'enum' in member else member['type']
    if kind == 'boolean':
        policy.set('valueName', name)
        child(child(policy, 'enabledValue'), 'decimal', value=1)
        child(child(policy, 'disabledValue'), 'decimal', value=0)
        return
    policy.set('presentation', f'$(presentation.{name})')
    elements = child(policy, 'elements')
    if kind == 'array':
        child(elements, 'list', id=name, key=key + '\\' + name, valuePrefix='')
    elif kind == 'integer':
        child(elements, 'decimal', id=name, valueName=name, required='true', minValue=member['minimum'],
              maxValue=member['maximum'])
    elif kind == 'enum':
        choice = child(elements, 'enum', id=name, valueName=name, required='true')
        for value in member['enum']:
            item = child(choice, 'item', displayName=f'$(string.{name}_{value})')
            child(child(item, 'value'), 'string', value)
    else:
        child(elements, 'text', id=name, valueName=name, required='true', maxLength=1024)


def admx(schema):
    top = root('policyDefinitions')
    child(child(top, 'policyNamespaces'), 'target', prefix='ukey', namespace='Ukey.Policies')
    child(top, 'resources', minRequiredRevision='1.0')
    definitions = child(child(top, 'supportedOn'), 'definitions')
    child(definitions, 'definition', name='supported', displayName='$(string.supported)')
    named = child(top, 'categories')
    child(named, 'category', name='ukey', displayName='$(string.ukey)')
    for name in categories(schema):
        child(child(named, 'category', name=name, displayName=f'$(string.{name})'), 'parentCategory', ref='ukey')
    policies = child(top, 'policies')
    for name, member, category, key in settings(schema):
        policy = child(policies, 'policy', name=name, class_='Machine', displayName=f'$(string.{name})',
                       explainText=f'$(string.{name}_explain)', key=key)
        child(policy, 'parentCategory', ref=category)
        child(policy, 'supportedOn', ref='supported')
        value_element(policy, name, member, key)
    return top


def title(member, index):
    return member['title'] if index == 0 else member['x-zh-CN']['title']


def explanation(name, member, index):
    parts = [member['description'].replace('`', '') if index == 0 else member['x-zh-CN']['description']]
    if name in WORDS:
        parts.append(words(name, index))
    return '\n\n'.join(parts)


def adml(schema, index):
    top = root('policyDefinitionResources')
    child(top, 'displayName', words('ukey', index))
    child(top, 'description', words('ukey', index))
    resources = child(top, 'resources')
    strings = child(resources, 'stringTable')
    presentations = child(resources, 'presentationTable')

    def string(name, text):
        child(strings, 'string', text, id=name)

    string('ukey', words('ukey', index))
    string('supported', words('supported', index))
    for name in categories(schema):
        string(name, title(schema['properties'][name], index))
    for name, member, _, _ in settings(schema):
        string(name, title(member, index))
        string(f'{name}_explain', explanation(name, member, index))
        for value in member.get('enum', []):
            string(f'{name}_{value}', value)
        if member.get('type') == 'boolean':
            continue
        shown = child(presentations, 'presentation', id=name)
        if 'enum' in member:
            child(shown, 'dropdownList', title(member, index), refId=name, noSort='true',
                  defaultItem=member['enum'].index(member['default']))
        elif member['type'] == 'array':
            child(shown, 'listBox', words('list', index), refId=name)
        elif member['type'] == 'integer':
            child(shown, 'decimalTextBox', title(member, index), refId=name, defaultValue=member['default'])
        else:
            child(child(shown, 'textBox', refId=name), 'label', title(member, index))
    return top


def write(element, file):
    file.parent.mkdir(parents=True, exist_ok=True)
    xml.indent(element)
    file.write_bytes(xml.tostring(element, encoding='utf-8', xml_declaration=True) + b'\n')


def main(folder):
    schema = json.loads((ROOT / 'daemon/config/ukeyd.schema.json').read_text(encoding='utf-8'))
    write(admx(schema), folder / 'ukey.admx')
    for index, language in enumerate(LANGUAGES):
        write(adml(schema, index), folder / language / 'ukey.adml')


if __name__ == '__main__':
    main(pathlib.Path(sys.argv[1]))
