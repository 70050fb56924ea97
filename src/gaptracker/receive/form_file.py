"""One file in `multipart/form-data`, read piece by piece; anything else in the form is refused."""

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from gaptracker.domain.refusals import RefusalCode, Refused

FORM = "multipart/form-data"
# RFC 2046, section 5.1.1.
LONGEST_BOUNDARY = 70
MOST_HEADERS = 8
LONGEST_HEADER = 8_192
# What a form may bring besides its file.
FORM_BYTES = 64 * 1024


class FormFile:
    """The file of a form as it arrives; `headers` are those of its part, names in lower case."""

    def __init__(self, content_type: str) -> None:
        """Begin with the form's `Content-Type`.

        Raises:
            Refused: `validation-failed`, if it names no boundary.
        """
        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        if not 1 <= len(boundary) <= LONGEST_BOUNDARY:
            raise _no_form("its Content-Type names no boundary of 1 to 70 characters")
        self.headers: dict[str, str] = {}
        self._name, self._value = bytearray(), bytearray()
        self._parts = 0
        self._ended = False
        self._pieces: list[bytes] = []
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._begin_part,
                "on_header_field": self._add_name,
                "on_header_value": self._add_value,
                "on_header_end": self._end_header,
                "on_headers_finished": self._end_headers,
                "on_part_data": self._add_data,
                "on_end": self._end,
            },
            max_header_count=MOST_HEADERS,
            max_header_size=LONGEST_HEADER,
        )

    def feed(self, piece: bytes) -> list[bytes]:
        """Take the next bytes of the form and return those of the file.

        Raises:
            Refused: `validation-failed`, if it is no form, or not one file.
        """
        self._pieces = []
        try:
            self._parser.write(piece)
        except FormParserError:
            raise _no_form("it breaks the rules of multipart/form-data") from None
        return self._pieces

    def finish(self) -> None:
        """Say that the form ended.

        Raises:
            Refused: `validation-failed`, if its end is missing, or it had no file.
        """
        if not self._ended or self._parts != 1:
            raise _no_form("its end is missing")

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > 1:
            raise _no_form("it has more than one part")

    def _add_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        # Names of files come as UTF-8 from browsers; whatever else comes is shown as it can be.
        name = self._name.decode("latin-1").strip().lower()
        self.headers[name] = self._value.decode("utf-8", "replace").strip()
        self._name, self._value = bytearray(), bytearray()

    def _end_headers(self) -> None:
        if "filename" not in self.headers.get("content-disposition", "").lower():
            raise _no_form("its part is no file")

    def _add_data(self, data: bytes, start: int, end: int) -> None:
        self._pieces.append(data[start:end])

    def _end(self) -> None:
        self._ended = True


def _no_form(why: str) -> Refused:
    return Refused(
        RefusalCode.VALIDATION_FAILED,
        f"the form cannot be used: {why}; expected multipart/form-data with one file and nothing "
        "else. To send the file's bytes as the body is simpler",
    )
