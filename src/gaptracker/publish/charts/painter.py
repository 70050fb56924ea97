"""The program that draws: a process of its own, so that V8 never lives in the server.

It reads one job a line from its standard input, and writes a line with the outcome and the
number of bytes, then the bytes. It ends when its input does. It imports nothing of the project
and reads nothing but its input: specifications bring their data, and no address is open to it.
"""

import hashlib
import io
import json
import re
import sys
from collections.abc import Mapping
from typing import Any, BinaryIO

import vl_convert
from PIL import Image

VEGA_LITE = "6.4"
NO_ADDRESS: list[str] = []
COLOURS = 256
IMAGE = "<image"
DRAWN, FAILED = "drawn", "failed"
CLIP = re.compile(r'(?P<before>clip-path="url\(#|<clipPath id=")(?P<name>clip\d+)(?P<after>\)?")')


def paint(job: Mapping[str, Any]) -> bytes:
    """Draw a specification as `svg`, or as `png` with `scale` pixels for each of its own.

    The form `js` gives the libraries that draw in a browser, around a snippet, instead.

    Raises:
        ValueError: If Vega-Lite refuses the specification, or it holds an image.
    """
    if job["form"] == "js":
        return vl_convert.javascript_bundle(job["snippet"], VEGA_LITE).encode("utf-8")
    svg = vl_convert.vegalite_to_svg(
        job["specification"], vl_version=VEGA_LITE, allowed_base_urls=NO_ADDRESS
    )
    if IMAGE in svg:
        # What turns SVG into PNG would fetch it from wherever it lies.
        raise ValueError("the drawing holds an image; charts are made of marks and texts only")
    svg = numbered_anew(svg)
    if job["form"] == "svg":
        return svg.encode("utf-8")
    return smaller(vl_convert.svg_to_png(svg, scale=job["scale"]))


def smaller(png: bytes) -> bytes:
    """Write a PNG with a palette: about a ninth of the bytes, for drawings of few colours."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    written = io.BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "PNG", compress_level=6)
    return written.getvalue()


def numbered_anew(svg: str) -> str:
    """Name a drawing's clips after the drawing.

    Vega counts them on through the life of its process: the same picture would have other bytes
    the second time, and two pictures in one page would be cut by each other's edges.
    """
    names: dict[str, str] = {}
    digest = hashlib.sha256(CLIP.sub("", svg).encode("utf-8")).hexdigest()[:8]

    def renamed(match: re.Match[str]) -> str:
        name = names.setdefault(match["name"], f"clip-{digest}-{len(names)}")
        return match["before"] + name + match["after"]

    return CLIP.sub(renamed, svg)


def serve(jobs: BinaryIO, results: BinaryIO) -> None:
    """Draw jobs until there are no more."""
    for line in jobs:
        try:
            outcome, body = DRAWN, paint(json.loads(line))
        except Exception as error:  # noqa: BLE001  whatever failed, the next job can be drawn
            outcome, body = FAILED, str(error).encode("utf-8")
        results.write(f"{outcome} {len(body)}\n".encode())
        results.write(body)
        results.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
