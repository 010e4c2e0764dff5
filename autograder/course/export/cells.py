"""How names and points are written into a CSV file."""

import math
import re
from decimal import Decimal

FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")
"""How a text begins that a spreadsheet takes for a formula, or would with one apostrophe less."""


def text(value: str | None) -> str:
    """The text of a name or id, safe to open in a spreadsheet.

    On some hubs students choose their names, and Excel runs a cell that begins with =, +, - or @. Such a text gets an
    apostrophe in front, as OWASP advises (https://owasp.org/www-community/attacks/CSV_Injection); take one off where
    FORMULA matches what follows it, and every text is again what it was. All others stay as they are.
    """
    value = value or ""
    return f"'{value}" if FORMULA.match(value) else value


def points(value: float) -> str:
    """Points in full, as a decimal fraction that reads back as the same float: 2.5, 0.6666666666666666.

    Points are sums of short decimals, which floats do not hold exactly: what differs from a number of at most nine
    decimals by less than 1e-12 is that number, so that 0.1 + 0.2 points are 0.3 and not 0.30000000000000004.
    """
    short = round(value, 9)
    meant = short if math.isclose(short, value, rel_tol=0, abs_tol=1e-12) else value
    return format(Decimal(repr(meant + 0.0)), "f")  # Canvas does not know 1e-05; + 0.0: nor is there a -0
