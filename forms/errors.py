"""Why a file cannot be read. The class attribute `code` is for programs, the docstring is what the person is told."""

from __future__ import annotations


class Unreadable(Exception):
    """The file could not be read. Please send it again as a PDF scan."""

    code = "unreadable"

    @property
    def sentence(self) -> str:
        """What the person who sent the file should do."""
        return " ".join((type(self).__doc__ or "").split())


class Empty(Unreadable):
    """The file is empty. Please scan the form again and send the new file."""

    code = "empty"


class Encrypted(Unreadable):
    """The file is locked with a password. Please send a copy without a password; do not send us the password."""

    code = "encrypted"


class Broken(Unreadable):
    """The file is damaged and cannot be opened. Please scan the form again and send the new file."""

    code = "broken"


class UnsupportedType(Unreadable):
    """This kind of file is not accepted. Please send the form as a PDF, TIFF, JPEG, PNG, WebP or HEIC scan."""

    code = "unsupported_type"


class OldOffice(Unreadable):
    """This is an old Office file (.doc) or one with a password. Please print it and send a PDF scan of the print."""

    code = "old_office"


class TooLarge(Unreadable):
    """The file is larger than we can accept. Please scan in grey at 300 dpi and send one form per file."""

    code = "too_large"


class TooManyPages(Unreadable):
    """The file has too many pages. Please send only the pages of the forms."""

    code = "too_many_pages"


class TooManyPixels(Unreadable):
    """A page of the file is too large a picture. Please scan at 300 dpi on letter-size paper."""

    code = "too_many_pixels"


class TookTooLong(Unreadable):
    """The file could not be read within the time allowed. Please scan the form again and send the new file."""

    code = "took_too_long"


class OutOfMemory(Unreadable):
    """The file needs more memory than is allowed. Please scan at 300 dpi and send one form per file."""

    code = "out_of_memory"


class ReaderFailed(Unreadable):
    """The file made the reader fail. It was kept, and a person will look at it."""

    code = "reader_failed"
