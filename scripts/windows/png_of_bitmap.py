#!/usr/bin/env python3
"""Writes a bitmap of Windows, of 32 bits a pixel and top line first, as PNG: png_of_bitmap.py FROM.bmp TO.png"""
import struct
import sys
import zlib


def chunk(kind, content):
    return struct.pack('>I', len(content)) + kind + content + struct.pack('>I', zlib.crc32(kind + content))


def png_of(bitmap):
    begin, = struct.unpack_from('<I', bitmap, 10)
    width, height, _, bits = struct.unpack_from('<iiHH', bitmap, 18)
    if bits != 32 or height >= 0:
        raise ValueError('no bitmap of 32 bits a pixel with the top line first')
    lines = []
    for line in range(-height):
        pixels = bitmap[begin + line * width * 4:begin + (line + 1) * width * 4]
        row = bytearray(width * 3)
        row[0::3], row[1::3], row[2::3] = pixels[2::4], pixels[1::4], pixels[0::4]
        lines.append(b'\0' + bytes(row))
    return (b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, -height, 8, 2, 0, 0, 0)) +
            chunk(b'IDAT', zlib.compress(b''.join(lines), 9)) + chunk(b'IEND', b''))


if __name__ == '__main__':
    with open(sys.argv[1], 'rb') as source:
        made = png_of(source.read())
    with open(sys.argv[2], 'wb') as out:
        out.write(made)
