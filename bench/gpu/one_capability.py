"""Zeroes the device code of a library but that of one compute capability: one_capability.py LIBRARY CAPABILITY.

The driver picks the code that fits its device best, so on such a device the library does as before; zeros compress well.
Layout of a fat binary, as cuobjdump shows its contents: a header of 16 bytes (magic, version, header size, content size),
then entries, each with a header (kind 1 PTX or 2 ELF, its own size, the code's size; the capability at byte 28) and code.
"""

import struct
import sys

MAGIC = struct.pack("<I", 0xBA55ED50)
ELF = 2

path, capability = sys.argv[1], int(sys.argv[2])
with open(path, "rb") as file:
    library = bytearray(file.read())
kept = 0
position = library.find(MAGIC)
while position >= 0:
    version, header, size = struct.unpack_from("<HHQ", library, position + 4)
    if (version, header) != (1, 16):
        position = library.find(MAGIC, position + 4)
        continue
    entry = position + header
    end = entry + size
    while entry < end:
        kind, _, entry_header, code = struct.unpack_from("<HHIQ", library, entry)
        (built_for,) = struct.unpack_from("<I", library, entry + 28)
        if kind == ELF and built_for == capability:
            kept += code
        else:
            start = entry + entry_header
            library[start : start + code] = bytes(code)
        entry += entry_header + code
    position = library.find(MAGIC, end)
if not kept:
    sys.exit(f"{path} has no code for compute capability {capability}")
with open(path, "wb") as file:
    file.write(library)
print(f"kept {kept} bytes of code for compute capability {capability}")
