"""Which paths in a guest may be named? Pure; the guest itself decides what is there."""

import ntpath
import posixpath
import re

from django.utils.translation import gettext as _

LONGEST = 1024
LONGEST_NAME = 200
# Places where reading never ends, or stops the agent for everybody.
SPECIAL = ("/dev/", "/proc/", "/sys/")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class BadPath(ValueError):
    """This is no path of a file in a guest; the message says why."""


def check_path(path: str) -> str:
    """Return a whole path of a file in a guest, or raise BadPath."""
    if not path or len(path.encode()) > LONGEST:
        raise BadPath(_("Write a whole path of at most %(most)d bytes.") % {"most": LONGEST})
    if not path.isprintable():
        raise BadPath(_("The path has signs that cannot be printed."))
    is_windows = bool(_DRIVE.match(path))
    if not path.startswith("/") and not is_windows:
        raise BadPath(_("Write the whole path, from / or from a drive such as C:\\."))
    parts = re.split(r"[\\/]" if is_windows else "/", path)
    if ".." in parts or not parts[-1]:
        raise BadPath(_("Write the path of a file, without “..”."))
    if (posixpath.normpath(path).replace("//", "/") + "/").startswith(SPECIAL):
        raise BadPath(_("Files below /dev, /proc and /sys are not carried."))
    return path


def name_in(path: str) -> str:
    """Return what the file at the end of a path is called, as a name for a download."""
    name = ntpath.basename(path) if _DRIVE.match(path) else posixpath.basename(path)
    return clean_name(name)


def clean_name(name: str) -> str:
    """Return a file's name without folders and odd signs; "file" where nothing is left."""
    name = re.split(r"[\\/]", name)[-1]
    return "".join(sign for sign in name if sign.isprintable()).strip(". ")[:LONGEST_NAME] or "file"


def into(folder_or_file: str, name: str) -> str:
    """Return the path of a sent file: in a folder (ends with a slash), or at the place named."""
    if folder_or_file.endswith(("/", "\\")):
        return folder_or_file + clean_name(name)
    return folder_or_file
