"""Files of every kind, honest and hostile, made of a few bytes each."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Mapping

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from gaptracker.intake.file_types import DOCX, XLSX

CANARY = "CANARY-Maria-Huanca"
FONT = "/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind)
    return out.getvalue()


def telling_jpeg() -> bytes:
    """A photograph that says in five ways who took it, and where."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = CANARY, 6
    exif.get_ifd(0x8825).update({1: "S", 2: (13.0, 31.0, 6.0), 3: "W", 4: (71.0, 58.0, 41.0)})
    out = io.BytesIO()
    image = Image.linear_gradient("L").resize((64, 48)).convert("RGB")
    about = {"exif": exif, "xmp": CANARY.encode(), "icc_profile": CANARY.encode()}
    image.save(out, "JPEG", comment=CANARY, **about)
    return out.getvalue()


def telling_png() -> bytes:
    about = PngInfo()
    about.add_text("Author", CANARY)
    about.add_itxt("XML:com.adobe.xmp", CANARY)
    exif = Image.Exif()
    exif[0x010E] = CANARY
    out = io.BytesIO()
    image = Image.new("RGBA", (40, 30), (200, 10, 10, 0))
    image.save(out, "PNG", pnginfo=about, exif=exif, icc_profile=CANARY.encode())
    return out.getvalue()


def telling_webp() -> bytes:
    exif = Image.Exif()
    exif[0x010E] = CANARY
    about = {"exif": exif, "xmp": CANARY.encode(), "icc_profile": CANARY.encode()}
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 10, 10)).save(out, "WEBP", **about)
    return out.getvalue()


def png_around(content: bytes) -> bytes:
    """A whole png that carries something in a part which readers of pictures pass over."""
    whole, part = picture("PNG"), b"zzZz" + content
    checksum = zlib.crc32(part).to_bytes(4, "big")
    return whole[:-12] + len(content).to_bytes(4, "big") + part + checksum + whole[-12:]


def animation(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), shade) for shade in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:])
    return out.getvalue()


def wide_png() -> bytes:
    """A thousand million pixels in a megabyte."""
    out = io.BytesIO()
    Image.new("1", (32_000, 32_000)).save(out, "PNG")
    return out.getvalue()


def pdf(drawing: str = "", *, catalogue: str = "", pages: int = 1, extra: str = "") -> bytes:
    """A PDF with text, an author, and whatever else is asked for."""
    shown = f"BT /F 24 Tf 40 700 Td (Public {CANARY}) Tj ET {drawing}"
    kids = " ".join("3 0 R" for _ in range(pages))
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalogue} >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {FONT} >>",
        f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream",
        f"<< /Author ({CANARY}) /CreationDate (D:20260101) >>",
        *([extra] if extra else []),
    ]
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{each}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    end = f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 5 0 R >>\n"
    return out + f"{head}{end}startxref\n{len(out)}\n%%EOF\n".encode()


Files = Mapping[str, bytes | str]


def archive(files: Files) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def docx(body: str = "", *, types: str = "", files: Files | None = None) -> bytes:
    main = f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/>'
    return archive(
        {
            "[Content_Types].xml": f"<Types>{types or main}</Types>",
            "word/document.xml": f'<w:document xmlns:w="{WORD}">{body}</w:document>',
            **(files or {}),
        }
    )


def xlsx(sheet: str = "", files: Files | None = None) -> bytes:
    main = f'<Override PartName="/xl/workbook.xml" ContentType="{XLSX}.main+xml"/>'
    return archive(
        {
            "[Content_Types].xml": f"<Types>{main}</Types>",
            "xl/workbook.xml": "<workbook/>",
            "xl/worksheets/sheet1.xml": f"<worksheet>{sheet}</worksheet>",
            **(files or {}),
        }
    )


def warc() -> bytes:
    return gzip.compress(
        b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n"
    )


def costly_pdf() -> bytes:
    """Many pages of the largest size that is shown, each full of strokes."""
    strokes = " ".join(f"0 {y} m 1400 {1400 - y} l S" for y in range(0, 1400, 3))
    small = pdf(strokes, pages=120)
    return small.replace(b"[0 0 612 792]", b"[0 0 999 999]")
