"""The pen: the one room that writes Excel files, on top of xlsxwriter.

Text is always written as text (never as formula or link), characters XML forbids are dropped, long text is cut with a visible mark,
every refused call is an error instead of a silent return code, and the same content gives the same bytes. Cells are written one by one,
or, where there may be thousands of rows, line by line (:meth:`Sheet.lines`), which costs a fifth and gives the same cells.
"""

from thidua_xlsx.xlsx._address import address, column_letter, place, quoted, range_address, row_and_column
from thidua_xlsx.xlsx._engine import Fold
from thidua_xlsx.xlsx._lines import Content, FileLink, Jump, Lines, Live
from thidua_xlsx.xlsx._sheet import FONT, Book, Sheet

__all__ = [
    "FONT",
    "Book",
    "Content",
    "FileLink",
    "Fold",
    "Jump",
    "Lines",
    "Live",
    "Sheet",
    "address",
    "column_letter",
    "place",
    "quoted",
    "range_address",
    "row_and_column",
]
