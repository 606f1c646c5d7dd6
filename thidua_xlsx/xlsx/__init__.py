"""The pen: the one room that writes Excel files, on top of xlsxwriter.

Text is always written as text (never as formula or link), characters XML forbids are dropped, long text is cut with a visible mark,
every refused call is an error instead of a silent return code, and the same content gives the same bytes. Cells are written one by one,
or, where there may be thousands of rows, line by line (:meth:`Sheet.lines`), which costs a fifth and gives the same cells.
"""

from thidua_xlsx.xlsx._address import address, column_letter, place, quoted, range_address, row_and_column
from thidua_xlsx.xlsx._blocks import ROW, Block, Collected, Marked, Moving
from thidua_xlsx.xlsx._engine import Fold
from thidua_xlsx.xlsx._lines import CollectingLines, Content, FileLink, Jump, Lines, Live, fits
from thidua_xlsx.xlsx._sheet import FONT, Book, Sheet

__all__ = [
    "FONT",
    "ROW",
    "Block",
    "Book",
    "Collected",
    "CollectingLines",
    "Content",
    "FileLink",
    "Fold",
    "Jump",
    "Lines",
    "Live",
    "Marked",
    "Moving",
    "Sheet",
    "address",
    "column_letter",
    "fits",
    "place",
    "quoted",
    "range_address",
    "row_and_column",
]
