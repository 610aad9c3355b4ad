"""The schema of the configuration, in one piece, for whoever makes pages of it."""
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
FILE = ROOT / 'daemon/config/ukeyd.schema.json'


def load(file=FILE):
    return resolved(read(file), file)


def read(file):
    return json.loads(file.read_text(encoding='utf-8'))


def resolved(schema, file, root=None):
    """With what each "$ref" names in its place; words beside a reference go before those of what it names."""
    root = root or schema
    if isinstance(schema, list):
        return [resolved(item, file, root) for item in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: resolved(value, file, root) for key, value in schema.items() if key != '$ref'}
    reference = schema.get('$ref')
    if reference is None:
        return plain
    if reference.startswith('#'):
        named = root
        for part in reference[2:].split('/'):
            named = named[part]
        return {**resolved(named, file, root), **plain}
    return {**load((file.parent / reference).resolve()), **plain}


def by_kind(schema):
    """(value, members) of each condition "where this member has that value, others are so"."""
    for choice in schema.get('allOf', []):
        for member in choice['if']['properties'].values():
            yield member['const'], choice['then']['properties']


def without_chinese(schema=None, place=''):
    """The places ("/" is all of it) of the descriptions that have no Chinese, or none of the title beside them."""
    schema = load() if schema is None else schema
    if isinstance(schema, list):
        return [found for index, item in enumerate(schema) for found in without_chinese(item, f'{place}/{index}')]
    if not isinstance(schema, dict):
        return []
    lacking = []
    if isinstance(schema.get('description'), str):
        words = schema.get('x-zh-CN', {})
        lacking = [place or '/'] if any(key in schema and not words.get(key) for key in ('title', 'description')) else []
    return lacking + [found for key, item in schema.items() if key != 'x-zh-CN'
                      for found in without_chinese(item, f'{place}/{key}')]
