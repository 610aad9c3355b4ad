"""For tests of what is made from a description: the answer, were the description another one."""
import json
import pathlib
from unittest import mock


def with_altered(file, change, ask):
    """What `ask` answers while the JSON `file` reads as `change` leaves it."""
    read = pathlib.Path.read_text

    def altered(path, *arguments, **options):
        text = read(path, *arguments, **options)
        if path != file:
            return text
        document = json.loads(text)
        change(document)
        return json.dumps(document)

    with mock.patch.object(pathlib.Path, 'read_text', altered):
        return ask()
