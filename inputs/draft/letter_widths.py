"""How wide texts are in print, as far as that can be told without the font file."""

from __future__ import annotations

import unicodedata
from functools import cache


@cache
def width(text: str) -> float:
    """How wide a text is in Times, which official papers are set in; letters are 1 high."""
    letters = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return sum(_WIDTHS.get(each, 0.5) for each in letters if not unicodedata.combining(each))


BLANK = 0.25
_WIDTHS = {
    letter: width
    for letters, width in (
        (" .,", BLANK),
        ("ijlt:;/", 0.278),
        ("frI()-", 0.333),
        ("sJ", 0.389),
        ("acez", 0.444),
        ("FPS", 0.556),
        ("ELTZ", 0.611),
        ("BCR", 0.667),
        ("wADGHKNOQUVXY", 0.722),
        ("m", 0.778),
        ("%", 0.833),
        ("M", 0.889),
        ("W", 0.944),
    )
    for letter in letters
}
"""Letters that are not half as wide as high."""
