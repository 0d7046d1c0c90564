"""The bytes of a core by the addresses they had, to be changed."""
import os
import shutil
import struct

PT_LOAD = 1


class CoreBytes:
    """A copy of a core at PATH."""

    def __init__(self, original, path):
        shutil.copyfile(original, path)
        self.path = path
        self.file = open(path, "rb+")
        header = self.file.read(64)
        at, size, count = struct.unpack_from("<Q", header, 32) + struct.unpack_from("<HH", header, 54)
        self.segments = []  # (start, end, offset in the file, where the program header stands)
        for i in range(count):
            self.file.seek(at + i * size)
            kind, _, offset, address, _, bytes_there = struct.unpack("<IIQQQQ", self.file.read(40))
            if kind == PT_LOAD and bytes_there:
                self.segments.append((address, address + bytes_there, offset, at + i * size))

    def offset(self, address):
        for start, end, offset, _ in self.segments:
            if start <= address < end:
                return offset + address - start
        return None

    def word(self, address):
        self.file.seek(self.offset(address))
        return struct.unpack("<Q", self.file.read(8))[0]

    def set_word(self, address, word):
        self.file.seek(self.offset(address))
        self.file.write(struct.pack("<Q", word & (1 << 64) - 1))
        self.file.flush()

    def lose(self, segment):
        """The memory was there and is not in the file: p_filesz is 0."""
        self._set_bytes_there(segment, 0)

    def find(self, segment):
        """What lose() took away."""
        self._set_bytes_there(segment, segment[1] - segment[0])

    def _set_bytes_there(self, segment, number):
        self.file.seek(segment[3] + 32)
        self.file.write(struct.pack("<Q", number))
        self.file.flush()

    def cut(self, bytes_left):
        os.truncate(self.path, bytes_left)

    def remove(self):
        self.file.close()
        os.unlink(self.path)
