"""How is a segment laid out in its file? Named arrays, each on a boundary of its own, under a checksum a page.

    magic and version (16 bytes) | arrays, each at a multiple of 64 | page checksums (uint32) | directory (JSON) | tail

"Here is a file, what is in it?" The tail (32 bytes at the very end) gives place and length of the directory, and the
CRC-32 of page checksums and directory, which tells one file from any other. The directory names each array with its
type, place and number of items, and holds the segment's ``meta``.
"Here is an array, is it what was written?" The file is cut into pages of 64 KiB; each has a CRC-32. A page is read and
checked when it is first touched, so that opening reads no more than the end of the file, and nothing wrong is ever
served: what was checked is a copy, whatever becomes of the file. Files too large for that are mapped.

Numbers are little-endian. Not here: what the arrays mean (segment_files.py, fields.py).
"""

from __future__ import annotations

import errno
import io
import json
import mmap
import os
import stat
import struct
import weakref
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

VERSION = 2
_MAGIC = b"WhooshColumnar"
_HEAD = struct.Struct("<14sH")
_TAIL = struct.Struct("<QQIIQ")  # directory offset and length, its CRC, number of pages, offset of their checksums
_ALIGN = 64
PAGE = 4_096  # bytes that are read and checked at once: a look-up needs few of them, and is often the first on its page
_AT_ONCE = 256  # pages, where all are
_NO_FILE = frozenset((errno.ELOOP, errno.ENXIO, errno.ENODEV))  # a loop of links; a socket; a device that is not there
_TYPES = frozenset(("|u1", "<u2", "<u4", "<u8", "<i4", "<i8", "<f4", "<f8"))


class ContainerError(Exception):
    """A file is not what was written; the text says in what way."""


class VersionError(ContainerError):
    """A file was written in another version of the format."""


def write(
    file: BinaryIO,
    arrays: Mapping[str, Array] | Iterable[tuple[str, Array | Iterator[Array]]],
    meta: Mapping[str, Any],
) -> None:
    """Writes a container from its beginning to its end; ``file`` need not be seekable.

    Arrays may be made one by one as they are written, and one of bytes in parts; ``meta`` is read after the last."""
    pages = _Pages(file)
    pages.write(_HEAD.pack(_MAGIC, VERSION))
    directory: dict[str, list[Any]] = {}
    for name, array in arrays.items() if isinstance(arrays, Mapping) else arrays:
        pages.write(bytes(-pages.position % _ALIGN))
        begin, dtype = pages.position, np.dtype(np.uint8)
        for part in (array,) if isinstance(array, np.ndarray) else array:
            dtype = part.dtype
            pages.write(np.ascontiguousarray(part).data.cast("B") if len(part) else b"")
        directory[name] = [dtype.str, begin, (pages.position - begin) // dtype.itemsize]
    place, checksums = pages.position, pages.finish()
    text = json.dumps({"meta": meta, "arrays": directory}, separators=(",", ":")).encode()
    trailer = checksums.tobytes() + text
    file.write(trailer)
    file.write(_TAIL.pack(place + checksums.nbytes, len(text), zlib.crc32(trailer), len(checksums), place))


class _Pages:
    """Writes through to a file and keeps the checksum of each page."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.position = 0
        self._checksums: list[int] = []
        self._current = 0

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)
        view = memoryview(data)
        while len(view):
            room = PAGE - self.position % PAGE
            part, view = view[:room], view[room:]
            self._current = zlib.crc32(part, self._current)
            self.position += len(part)
            if self.position % PAGE == 0:
                self._checksums.append(self._current)
                self._current = 0

    def finish(self) -> NDArray[np.uint32]:
        if self.position % PAGE:
            self._checksums.append(self._current)
        return np.asarray(self._checksums, "<u4")


class Container:
    """A file open for reading. Arrays are views of it: nothing is read before it is used. ``file`` is a descriptor of
    what ``buffer`` still has to be filled from, page by page; without one the buffer holds everything."""

    def __init__(
        self,
        buffer: mmap.mmap | bytes,
        name: str = "",
        error: type[ContainerError] = ContainerError,
        file: _Descriptor | None = None,
    ) -> None:
        self.name = name
        self._error = error  # what is raised when the file is not what was written
        self._buffer = buffer
        self._view = memoryview(buffer).toreadonly()
        self._file = file
        self._end, text = self._read_directory()
        try:
            directory = json.loads(text)
            self.meta: dict[str, Any] = directory["meta"]
            self._places: dict[str, list[Any]] = directory["arrays"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise self._error(f"{self.name}: its directory cannot be read") from None
        if not isinstance(self.meta, dict) or not isinstance(self._places, dict):
            raise self._error(f"{self.name}: its directory cannot be read")
        self._seen = bytearray(len(self._checksums))
        self.size = len(buffer)

    def _read_directory(self) -> tuple[int, bytes]:
        size = len(self._buffer)
        if size < _HEAD.size + _TAIL.size:
            raise self._error(f"{self.name} is cut short")
        magic, version = _HEAD.unpack(self._read(0, _HEAD.size))
        if magic != _MAGIC:
            raise self._error(f"{self.name} is not a columnar segment")
        if version != VERSION:
            age = "a newer" if version > VERSION else "an older"
            raise VersionError(f"{self.name} has {age} version of the format ({version}; this program reads {VERSION})")
        place, length, checksum, pages, end = _TAIL.unpack(self._read(size - _TAIL.size, size))
        if place + length + _TAIL.size != size or end + 4 * pages != place or pages != -(-end // PAGE):
            raise self._error(f"{self.name} is cut short, or its end was changed")
        trailer = self._read(end, place + length)
        if zlib.crc32(trailer) != checksum:
            raise self._error(f"{self.name}: its directory is not what was written")
        self._checksums = np.frombuffer(trailer, "<u4", pages)
        self.fingerprint: int = checksum  # of checksums and directory, and so of everything
        return end, bytes(trailer[4 * pages :])

    def _read(self, start: int, stop: int) -> memoryview | bytes:
        """Bytes of the file as they are on disk, unchecked."""
        if self._file is None:
            return self._view[start:stop]
        try:
            found = os.pread(self._file.number, stop - start, start)
        except OSError as error:
            raise self._error(f"{self.name} cannot be read: {error.strerror}") from None
        if len(found) != stop - start:
            raise self._error(f"{self.name} is cut short")
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def __iter__(self) -> Any:
        return iter(self._places)

    def array(self, name: str) -> Array:
        """A whole array, checked. Raises KeyError when there is none of that name."""
        return self.view(name).whole()

    def view(self, name: str) -> View:
        """An array of which only what is asked for is checked. Raises KeyError when there is none of that name."""
        place = self._places[name]
        try:
            dtype, offset, length = place
            fits = dtype in _TYPES and length >= 0 <= offset and offset + length * int(dtype[2]) <= self._end
        except (TypeError, ValueError):
            fits = False
        if not fits or offset % _ALIGN:
            raise self._error(f"{self.name}: its directory cannot be read")
        return View(self, dtype, offset, length)

    def check(self) -> None:
        """Checks every page of the file, and keeps none; raises ContainerError."""
        self.check_size()
        for page in range(0, len(self._checksums), _AT_ONCE):
            self._checked(page, min(page + _AT_ONCE, len(self._checksums)))

    def check_size(self) -> None:
        """Raises ContainerError where the file was cut short: to read on in one that is mapped ends the process."""
        if self._file is not None:
            size = os.fstat(self._file.number).st_size
        else:
            size = self._buffer.size() if isinstance(self._buffer, mmap.mmap) else self.size
        if size < self.size:
            raise self._error(f"{self.name} is cut short")

    def let_go(self) -> None:
        """Has the system take back the memory of what was read, where it can be read from the file again."""
        if self._file is None and isinstance(self._buffer, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self._buffer.madvise(mmap.MADV_DONTNEED)

    def _check(self, start: int, stop: int) -> None:
        """Reads and checks the pages that hold some bytes, those that were not checked before."""
        first, last = start // PAGE, (stop - 1) // PAGE + 1
        seen = self._seen
        page = seen.find(0, first, last)
        while page >= 0:
            end = seen.find(1, page, last)
            end = last if end < 0 else end
            data = self._checked(page, end)
            if self._file is not None:
                self._buffer[page * PAGE : page * PAGE + len(data)] = data  # type: ignore[index]
            seen[page:end] = b"\1" * (end - page)
            page = seen.find(0, end, last)

    def _checked(self, first: int, last: int) -> memoryview:
        """Some pages, as they were written."""
        begin, end = first * PAGE, min(last * PAGE, self._end)
        data = memoryview(self._read(begin, end))
        checksums = self._checksums[first:last].tolist()
        for place, checksum in zip(range(0, end - begin, PAGE), checksums, strict=True):
            if zlib.crc32(data[place : place + PAGE]) != checksum:
                where = f"bytes {begin + place} to {min(begin + place + PAGE, end)}"
                raise self._error(f"{self.name}: {where} are not what was written")
        return data


class View:
    """One array of a container, read in parts; each is checked before it is given."""

    __slots__ = ("_array", "_buffer", "_check", "_end", "_item", "_numbers", "_offset", "_seen")

    def __init__(self, container: Container, dtype: str, offset: int, length: int) -> None:
        self._array = np.frombuffer(container._view, dtype, length, offset)
        self._numbers = self._array.data  # gives Python numbers, faster than numpy gives its own
        self._buffer = container._buffer
        self._check = container._check
        self._seen = container._seen
        self._offset = offset
        self._item = self._array.itemsize
        self._end = offset + self._array.nbytes

    def __len__(self) -> int:
        return len(self._array)

    @property
    def dtype(self) -> np.dtype[Any]:
        return self._array.dtype

    def part(self, start: int, stop: int) -> Array:
        """Items ``start`` to ``stop``; an empty part is not checked."""
        if start < stop:
            self._see(start, stop)
        return self._array[start:stop]

    def _see(self, start: int, stop: int) -> None:
        """Has the pages of some items checked; most were before."""
        first, last = self._offset + start * self._item, self._offset + stop * self._item
        if self._seen.find(0, first // PAGE, (last - 1) // PAGE + 1) >= 0:
            self._check(first, last)

    def whole(self) -> Array:
        """All items."""
        return self.part(0, len(self._array))

    def chosen(self, indices: NDArray[np.int64]) -> Array:
        """Some items, in any order. Raises ContainerError where there are not so many."""
        if len(indices) and not 0 <= int(indices.min()) <= int(indices.max()) < len(self._array):
            raise ContainerError("an array refers to items that are not there")
        if self._seen.find(0, self._offset // PAGE, (self._end - 1) // PAGE + 1) >= 0:
            pages = (indices * self._item + self._offset) >> (PAGE.bit_length() - 1)  # no item lies across two
            unseen = pages[np.frombuffer(self._seen, np.uint8)[pages] == 0]
            for page in {*unseen.tolist()}:
                self._check(page * PAGE, page * PAGE + 1)
        return self._array[indices]

    def item(self, index: int) -> Any:
        """One item as a Python number."""
        place = self._offset + index * self._item
        if not self._seen[place // PAGE]:  # an item never lies across two pages: arrays are aligned
            self._check(place, place + self._item)
        return self._numbers[index]

    def numbers(self, start: int, stop: int) -> memoryview:
        """The whole array as Python numbers, of which items ``start`` to ``stop`` are checked and may be read."""
        if start < stop:
            self._see(start, stop)
        return self._numbers

    def bytes(self, start: int, stop: int) -> bytes:
        """Items ``start`` to ``stop`` of an array of bytes."""
        first, last = self._offset + start, self._offset + stop
        if not self._offset <= first <= last <= self._end:
            raise ContainerError("an array refers to bytes that are not there")
        if first < last:
            page, last_page = first // PAGE, (last - 1) // PAGE
            if last_page - page > 1 or not (self._seen[page] and self._seen[last_page]):
                self._check(first, last)
        return self._buffer[first:last]


class _Descriptor:
    """A file descriptor that is closed with its last user."""

    def __init__(self, number: int) -> None:
        self.number = number
        weakref.finalize(self, os.close, number)


def open_path(path: Path, error: type[ContainerError] = ContainerError, *, mapped: bool = False) -> Container:
    """A container from a file of a folder. Raises OSError as well.

    Pages are copied when they are first read. A ``mapped`` file's are not, which suits one that is larger than memory
    should hold or is read once; but to cut it short ends the process that reads on (see ``check_size``)."""
    file = _Descriptor(open_regular(path, error))
    size = os.fstat(file.number).st_size
    if not size:
        return Container(b"", path.name, error)
    if mapped:
        return Container(mmap.mmap(file.number, size, access=mmap.ACCESS_READ), path.name, error)
    return Container(mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), path.name, error, file)


def in_memory(arrays: Mapping[str, Array]) -> Container:
    """A container of arrays that are in no file."""
    file = io.BytesIO()
    write(file, arrays, {})
    return Container(file.getvalue())


def open_regular(path: Path, error: type[ContainerError] = ContainerError) -> int:
    """A descriptor for reading a file. A folder, a pipe or a device in its place, on which reading might wait without
    end, raises ``error``; so does a loop of links. Raises OSError."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError as failure:
        if failure.errno in _NO_FILE:
            raise error(f"{path.name} is no file") from None
        raise
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise error(f"{path.name} is no file")
    return number


def open_file(file: Any, name: str, error: type[ContainerError] = ContainerError) -> Container:
    """A container from a file of Whoosh's that need not be on disk; it may be closed afterwards."""
    return Container(bytes(file.read()), name, error)
