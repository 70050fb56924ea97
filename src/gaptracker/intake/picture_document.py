"""A PDF of pictures and nothing else: no dates, no names, no text, no scripts."""

from typing import BinaryIO

from PIL import Image

POINTS_PER_INCH = 72
HEADER = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
CATALOGUE, PAGES = 1, 2
FIRST_FREE = 3


class PictureDocument:
    """Writes page after page, so that only one page is in memory; equal pages, equal bytes."""

    def __init__(self, out: BinaryIO) -> None:
        """Begin a document at the place where the file is."""
        self._out = out
        self._length = 0
        self._places: dict[int, int] = {}
        self._pages: list[int] = []
        self._write(HEADER)

    def add_page(self, jpeg: bytes, picture: Image.Image, *, dots_per_inch: float) -> None:
        """Add a page that shows a picture from edge to edge.

        Args:
            jpeg: The picture, encoded, in RGB.
            picture: The same, for its size.
            dots_per_inch: How large its pixels are.
        """
        page = FIRST_FREE + 3 * len(self._pages)
        image, drawing = page + 1, page + 2
        wide, high = (
            round(side * POINTS_PER_INCH / dots_per_inch, 2)
            for side in (picture.width, picture.height)
        )
        self._object(
            page,
            f"<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {wide} {high}] "
            f"/Resources << /XObject << /P {image} 0 R >> >> /Contents {drawing} 0 R >>",
        )
        self._object(
            image,
            f"<< /Type /XObject /Subtype /Image /Width {picture.width} /Height {picture.height} "
            "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode "
            f"/Length {len(jpeg)} >>",
            jpeg,
        )
        draw = f"{wide} 0 0 {high} 0 0 cm /P Do".encode()
        self._object(drawing, f"<< /Length {len(draw)} >>", draw)
        self._pages.append(page)

    def finish(self) -> None:
        """Write what joins the pages; the document is whole then."""
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        self._object(CATALOGUE, f"<< /Type /Catalog /Pages {PAGES} 0 R >>")
        self._object(PAGES, f"<< /Type /Pages /Count {len(self._pages)} /Kids [{kids}] >>")
        table, count = self._length, len(self._places) + 1
        lines = [f"{self._places[number]:010} 00000 n \n" for number in sorted(self._places)]
        self._write(f"xref\n0 {count}\n0000000000 65535 f \n{''.join(lines)}".encode())
        root = f"trailer\n<< /Size {count} /Root {CATALOGUE} 0 R >>\nstartxref\n{table}\n%%EOF\n"
        self._write(root.encode())

    def _object(self, number: int, head: str, stream: bytes | None = None) -> None:
        self._places[number] = self._length
        self._write(f"{number} 0 obj\n{head}\n".encode())
        if stream is not None:
            self._write(b"stream\n" + stream + b"\nendstream\n")
        self._write(b"endobj\n")

    def _write(self, content: bytes) -> None:
        self._out.write(content)
        self._length += len(content)
