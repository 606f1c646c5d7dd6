"""Tạo lại toàn bộ ví dụ từ một hạt giống: ``python tao_vi_du.py [THƯ MỤC]`` (mặc định: thư mục của tệp này).

Makes the example anew from one seed: ``campaign.toml``, ``inbox/`` as the units fill and send it, and ``ket-qua-mong-doi.json``, the
result worked out from what was meant, without the program's own rules. The same seed always gives the same bytes.
"""

from __future__ import annotations

import copy
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import cast

from nguon_vi_du.hands import HANDS, Typed, chosen, partial
from nguon_vi_du.incidents import plant
from nguon_vi_du.offices import Maker
from nguon_vi_du.truth import FIGURES, Mistake, Registration, Remark, verdicts
from nguon_vi_du.workbooks import Tables, fill, save
from openpyxl import Workbook

from thidua_xlsx.pipeline import init, issue

HERE = Path(__file__).resolve().parent
SEED = 20230719
ROUND = "so-ket-2023"

FILES = {
    "VP": "DK_VP_so ket 2023.xlsx",
    "TTRA": "Thanh tra Sở - ĐK thi đua (nộp bổ sung).xlsx",
    "KHTC": "Phòng KHTC (bản sửa).xlsx",
    "QHKT": "QHKT đăng ký sơ kết.xlsx",
    "QLXD": "Dang ky thi dua P.QLXD.xlsx",
    "QLN": "DK_QLN_sơ kết 2023.xlsx",
    "HTKT": "HTKT_2023_lần 2.xlsx",
    "CCGD": "Chi cục Giám định.xlsx",
    "TTQH": "Trung tâm Quy hoạch.xlsx",
    "TTKD": "TTKĐ CLXD.xlsx",
    "BQLDA": "BQLDA_phieu dang ky SK2023.xlsx",
}
EARLIER = {"KHTC": ("Phòng KHTC.xlsx", date(2023, 6, 12)), "HTKT": ("HTKT_2023.xlsx", date(2023, 6, 16))}
COPY_OF_TTQH = "Trung tâm Quy hoạch_gửi lại.xlsx"
FOREIGN = "Mẫu danh sách đề nghị khen thưởng TTKĐ 2022.xlsx"
LOCK = "~$DK_VP_so ket 2023.xlsx"
JUNK = "Thumbs.db"


@dataclass(frozen=True, slots=True)
class Sent:
    """One workbook that was sent: the unit, its name in the inbox, and where every cell of every row stands in it."""

    unit: str
    name: str
    places: dict[tuple[str, int, str], tuple[str, str]]


def campaign_text() -> str:
    """The shipped campaign file with example figures for the one award form of the round."""
    shipped = HERE.parents[1] / "workbook_templates" / "kien-giang" / "campaign.toml"
    text = shipped.read_text(encoding="utf-8")
    for kind, figure in FIGURES.items():
        block = f'award = "BK_UBT"\nkind = "{kind}"\nfrom = 2021-01-01\n'
        if text.count(block) != 1:
            raise ValueError(block)
        value = f"value = {figure:_} # SỐ VÍ DỤ, không phải định mức thật – Kế hoạch không ghi mức\n"
        text = text.replace(block, block + value)
    return f"# TỆP VÍ DỤ: do tao_vi_du.py chép từ workbook_templates, chỉ thêm hai định mức ví dụ (tìm chữ SỐ VÍ DỤ).\n{text}"


def typed(registration: Registration) -> Tables:
    """The rows as the unit types them: its own hand first, then its mistakes and oddities."""
    hand = HANDS[registration.unit]
    tables: dict[str, list[dict[str, Typed]]] = {
        table: [
            {column: partial(hand(column, chosen(column, value))) for column, value in row.items() if value is not None} for row in rows
        ]
        for table, rows in registration.tables.items()
    }
    odd: list[Mistake | Remark] = [*registration.mistakes, *(one for one in registration.remarks if one.typed is not None)]
    for entry in odd:
        tables[entry.table][entry.row][entry.column] = partial(entry.typed)
    return tables


def earlier_version(registration: Registration, prepared_on: date) -> Registration:
    """What the unit had sent before: two people fewer, their deeds not yet listed, attestations still to come."""
    before = copy.deepcopy(registration)
    missing = {row["nominee_id"] for row in before.tables["individuals"][-2:]}
    for table in ("individuals", "achievements", "prior_awards"):
        before.tables[table] = [row for row in before.tables[table] if row["nominee_id"] not in missing]
    for row in before.tables["individuals"][2:6]:
        row["TC4"] = row["TC6"] = None
    before.tables["individuals"][3]["birth_date"] = None
    before.tables["unit"][0] |= {"prepared_on": prepared_on, "declared_individuals": len(before.tables["individuals"])}
    before.mistakes.clear()
    before.remarks.clear()
    return before


def write_inbox(issued: Path, inbox: Path, registrations: dict[str, Registration]) -> dict[str, Sent]:
    """Fill the issued workbooks and put them into the inbox with everything else that lands there; gives those that count."""
    sent = {}
    for code, registration in registrations.items():
        prepared_on = cast("date", registration.tables["unit"][0]["prepared_on"])
        places = fill(issued / f"{code}.xlsx", inbox / FILES[code], typed(registration), prepared_on)
        sent[code] = Sent(code, FILES[code], places)
    for code, (name, prepared_on) in EARLIER.items():
        fill(issued / f"{code}.xlsx", inbox / name, typed(earlier_version(registrations[code], prepared_on)), prepared_on)
    shutil.copyfile(inbox / FILES["TTQH"], inbox / COPY_OF_TTQH)
    write_foreign(inbox / FOREIGN)
    (inbox / LOCK).write_bytes(b"\x08Van phong" + b" " * 45 + "Văn phòng".encode("utf-16-le") + b" \x00" * 46)
    (inbox / JUNK).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1528))
    return sent


def write_foreign(path: Path) -> None:
    """A list on another body's form, with codes instead of drop-downs, such as went round in 2022."""
    book = Workbook()
    sheet = book.active or book.create_sheet()
    sheet.title = "CANHAN"
    sheet["A1"] = "DANH SÁCH ĐỐI TƯỢNG ĐỀ NGHỊ KHEN THƯỞNG"
    sheet.append([])
    sheet.append(["STT", "Họ và tên", "Giới tính", "Ngày sinh", "Chức vụ", "Tên đơn vị công tác", "Mã phân loại cán bộ", "Mã hình thức"])
    people = (("Lê Hoàng Ví Dụ", "Nam", "1980"), ("Trần Thị Mẫu", "Nữ", "12/5/1986"), ("Danh Thử Nghiệm", "Nam", "1991"))
    for number, (name, gender, born) in enumerate(people, 1):
        sheet.append([number, name, gender, born, "KS", "TTKĐ CLXD", "1650359884", "1650359901"])
    save(book, path, date(2022, 11, 3))


def expected(sent: dict[str, Sent], registrations: dict[str, Registration]) -> dict[str, object]:
    """What merging the inbox has to give: the state of every file, what is said of which cell, every verdict."""
    found = [verdict for registration in registrations.values() for verdict in verdicts(registration)]
    return {
        "round": ROUND,
        "award": "BK_UBT",
        "files": sorted(_files(), key=lambda entry: str(entry["path"])),
        "errors": [entry for code, one in sent.items() for entry in _cells(one, registrations[code], "mistakes")],
        "remarks": [entry for code, one in sent.items() for entry in _cells(one, registrations[code], "remarks")],
        "verdicts": [asdict(one) for one in found],
    }


def _files() -> Iterator[dict[str, str | None]]:
    for code, name in FILES.items():
        yield {"path": f"inbox/{name}", "unit": code, "status": "accepted", "code": None}
    for code, (name, _) in EARLIER.items():
        yield {"path": f"inbox/{name}", "unit": code, "status": "superseded", "code": "W140"}
    yield {"path": f"inbox/{COPY_OF_TTQH}", "unit": "TTQH", "status": "duplicate", "code": "W141"}
    yield {"path": f"inbox/{FOREIGN}", "unit": None, "status": "refused", "code": "W120"}
    yield {"path": f"inbox/{LOCK}", "unit": None, "status": "ignored", "code": "W130"}
    yield {"path": f"inbox/{JUNK}", "unit": None, "status": "ignored", "code": "W130"}


def _cells(sent: Sent, registration: Registration, what: str) -> Iterator[dict[str, str]]:
    for entry in getattr(registration, what):
        sheet, cell = sent.places[entry.table, entry.row, entry.column]
        yield {"code": entry.code, "file": f"inbox/{sent.name}", "sheet": sheet, "cell": cell}


def dumped(result: dict[str, object]) -> str:
    """JSON with a line per file, cell and verdict, so that a change shows as lines."""
    parts = []
    for key, value in result.items():
        if isinstance(value, list):
            lines = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in value)
            parts.append(f'"{key}": [\n{lines}\n ]')
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def make(target: Path) -> None:
    """Write ``campaign.toml``, ``inbox/`` and ``ket-qua-mong-doi.json`` into a folder, in place of what is there."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "campaign.toml").write_text(campaign_text(), encoding="utf-8", newline="\n")
    inbox = target / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir()
    registrations = Maker(Random(SEED)).registrations()
    plant(registrations)
    with tempfile.TemporaryDirectory() as scratch:
        folder = init(Path(scratch) / "campaign")
        issue(folder, round=ROUND)
        sent = write_inbox(folder / "issued" / ROUND, inbox, registrations)
    result = dumped(expected(sent, registrations))
    (target / "ket-qua-mong-doi.json").write_text(result, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
