"""Bytes and text of files that people hand in: regular files only, of bounded size."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sim.errors import InputError, Problem

MOST_TEXT_BYTES = 1_000_000
"""A scenario is a page of text; anything larger is another kind of file."""
MOST_TABLE_BYTES = 32_000_000
"""A province's places by the village are a tenth of it."""

_BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


class UnreadableError(InputError):
    """A file cannot be read at all; nothing was found wrong in what it says."""


def read_bytes(path: Path, most: int, kind: str) -> bytes:
    """Return what a regular file holds.

    Parameters
    ----------
    path : Path
        What is wrong with it is found before anything is read, as far as it can be.
    most : int
        Largest size in bytes.
    kind : str
        What the file should be, for messages: ``YAML``, ``CSV``.

    Raises
    ------
    UnreadableError
        If the file is missing, no regular file, closed to this user, or too large.
    """
    try:
        # A device or a pipe may have no end, or nobody at the other one: it is not even opened.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            what = "folder" if stat.S_ISDIR(status.st_mode) else "device or pipe"
            raise UnreadableError(Problem(f"is a {what}; a {kind} file is needed", path))
        content = b""
        if status.st_size <= most:
            with open(path, "rb", opener=_without_waiting) as file:
                content = file.read(most + 1)
    except FileNotFoundError:
        raise UnreadableError(Problem("file not found", path)) from None
    except OSError as error:
        raise UnreadableError(Problem(f"cannot be read: {error.strerror}", path)) from None
    except ValueError:
        raise UnreadableError(Problem("cannot be read: no file has such a name", path)) from None
    # Some regular files do not tell their size beforehand.
    if max(status.st_size, len(content)) > most:
        raise UnreadableError(Problem(f"is larger than {most:,} bytes", path))
    return content


def _without_waiting(path: str, flags: int) -> int:
    """Open a file of which there may be nothing to read for ever, such as one of the system's own."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def read_text(path: Path, kind: str = "YAML", most: int = MOST_TEXT_BYTES) -> str:
    """Return the text of a UTF-8 file.

    Raises
    ------
    UnreadableError
        As `read_bytes`.
    InputError
        If it is not UTF-8.
    """
    content = read_bytes(path, most, kind)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = "is not UTF-8 text; save it with the encoding UTF-8"
        raise InputError(Problem(what, path, line)) from None


def read_table_text(path: Path, most: int = MOST_TABLE_BYTES) -> str:
    """Return the text of a CSV file in an encoding that spreadsheet programs save: UTF-8, UTF-16, GB18030.

    Without a byte-order mark a file that is no UTF-8 is taken for GB18030 (which holds GBK and GB2312), if it
    reads as that and has Chinese in it.

    Raises
    ------
    UnreadableError
        As `read_bytes`.
    InputError
        If it is none of these; the message names them.
    """
    content = read_bytes(path, most, "CSV")
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding != "gb18030" or any("\u4e00" <= c <= "\u9fff" for c in text):
            return text
    what = "is text in another encoding than UTF-8, UTF-16 or GB18030; save it as 'CSV UTF-8'"
    raise InputError(Problem(what, path))
