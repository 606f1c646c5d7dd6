"""How people of a Vietnamese office write text, dates, figures and names, and how all of it is read, compared and printed.

Every ``read_*`` function takes whatever a spreadsheet cell holds and either understands it (:class:`Reading`) or says why not
(:class:`Refused`); none of them guesses in silence and none raises anything else.
"""

from thidua_xlsx.vietnamese._bodies import body_key, thing_key, told_by, year_in_number
from thidua_xlsx.vietnamese._choices import nearest, read_choice, similarity
from thidua_xlsx.vietnamese._dates import read_date, read_year
from thidua_xlsx.vietnamese._identity import citizen_mismatches, mask_citizen_id, read_citizen_id, read_email, read_phone
from thidua_xlsx.vietnamese._legacy import Legacy, font_encoding, read_legacy
from thidua_xlsx.vietnamese._names import expand_title, person_key, read_name, sort_key
from thidua_xlsx.vietnamese._numbers import read_integer, read_money, read_number, read_percent
from thidua_xlsx.vietnamese._reading import Reading, Refused
from thidua_xlsx.vietnamese._text import bare, clean, fold, is_blank_mark, is_doubt_mark, is_unanswered, read_text
from thidua_xlsx.vietnamese._writing import file_name, format_money, format_number, long_date, money_words, two_digits

__all__ = [
    "Legacy",
    "Reading",
    "Refused",
    "bare",
    "body_key",
    "citizen_mismatches",
    "clean",
    "expand_title",
    "file_name",
    "fold",
    "font_encoding",
    "format_money",
    "format_number",
    "is_blank_mark",
    "is_doubt_mark",
    "is_unanswered",
    "long_date",
    "mask_citizen_id",
    "money_words",
    "nearest",
    "person_key",
    "read_choice",
    "read_citizen_id",
    "read_date",
    "read_email",
    "read_integer",
    "read_legacy",
    "read_money",
    "read_name",
    "read_number",
    "read_percent",
    "read_phone",
    "read_text",
    "read_year",
    "similarity",
    "sort_key",
    "thing_key",
    "told_by",
    "two_digits",
    "year_in_number",
]
