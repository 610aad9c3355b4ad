#!/usr/bin/env python3
"""Writes an icon of Windows from a drawing: cmake/windows/icon.py DRAWING.svg ICON.ico

In each size in which Windows shows one, as PNG.
"""
import struct
import subprocess
import sys

SIZES = (16, 20, 24, 32, 40, 48, 64, 256)


def picture(drawing, size):
    return subprocess.run(['rsvg-convert', '--width', str(size), '--height', str(size), drawing], check=True,
                          capture_output=True).stdout


def main(drawing, icon):
    pictures = [picture(drawing, size) for size in SIZES]
    head = struct.pack('<HHH', 0, 1, len(SIZES))
    at = len(head) + 16 * len(SIZES)
    for size, octets in zip(SIZES, pictures):
        # 256 is written as 0.
        head += struct.pack('<BBBBHHII', size % 256, size % 256, 0, 0, 1, 32, len(octets), at)
        at += len(octets)
    with open(icon, 'wb') as out:
        out.write(head + b''.join(pictures))


if __name__ == '__main__':
    main(*sys.argv[1:])
