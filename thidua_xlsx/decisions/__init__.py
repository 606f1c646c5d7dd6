"""The leadership's decisions: read from the workbook they were typed into, compared with what stands, kept and joined.

Every file that was applied stays in the campaign folder's ``decisions/`` as it came, with a record beside it of what was taken from it;
what stands follows from those records in their order alone.
"""

from __future__ import annotations

from thidua_xlsx.decisions._book import COLUMNS, Book, NotOursError, labels, read_book, tag
from thidua_xlsx.decisions._compare import Change, Changes, compare, in_words, opinion_words
from thidua_xlsx.decisions._ledger import Kept, RecordError, read_record, record
from thidua_xlsx.decisions._standing import basis, standing
from thidua_xlsx.decisions._votes import doubtful_votes

__all__ = [
    "COLUMNS",
    "Book",
    "Change",
    "Changes",
    "Kept",
    "NotOursError",
    "RecordError",
    "basis",
    "compare",
    "doubtful_votes",
    "in_words",
    "labels",
    "opinion_words",
    "read_book",
    "read_record",
    "record",
    "standing",
    "tag",
]
