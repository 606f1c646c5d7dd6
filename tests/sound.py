"""A sound registration of one small unit, as a clerk would type it, and the workbook that holds it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from openpyxl.utils import get_column_letter

from tests.sheets import Rows, fill, places
from thidua_xlsx.campaign import Campaign, load_campaign
from thidua_xlsx.template import write_workbook

ROUND, UNIT = "so-ket-2023", "QLN"
UNIT_NAME = "Phòng Quản lý nhà và Thị trường bất động sản"


def _few_lines(campaign: Campaign) -> Campaign:
    """The same campaign with short tables, so that a workbook is quick to open."""
    return replace(campaign, tables={code: replace(table, rows=min(table.rows, 8)) for code, table in campaign.tables.items()})


CAMPAIGN = _few_lines(load_campaign(Path(__file__).parent.parent / "workbook_templates" / "kien-giang" / "campaign.toml"))

_GOOD = "Hoàn thành tốt nhiệm vụ"
_PERSON = {
    "department": UNIT_NAME,
    "category": "Công chức, viên chức",
    "award_sought": "BK_UBT",
    "TC1": "Đạt",
    "TC2": "Đạt",
    "TC4": "Đạt",
    "TC6": "Đạt",
    "performance": _GOOD,
    "discipline": "Không",
    "under_review": "Không",
}

SOUND: Rows = {
    "unit": [
        {
            "code": UNIT,
            "name": UNIT_NAME,
            "kind": "Phòng",
            "preparer": "Trần Thị Bích Hạnh",
            "phone": "02973811222",
            "email": "qln@example.vn",
            "head_name": "Lê Văn Thành",
            "head_title": "Trưởng phòng",
            "prepared_on": date(2023, 6, 20),
            "declared_collectives": 1,
            "declared_individuals": 3,
            "staff_total": 12,
            "staff_women": 5,
            "TC3": "Đạt",
            "TC5": "Đạt",
            "party_rating": _GOOD,
            "union_rating": "Không có tổ chức",
        }
    ],
    "collectives": [
        {
            "nominee_id": "QLN-TT01",
            "name": "Phòng Quản lý nhà",
            "head_name": "Lê Văn Thành",
            "head_title": "Trưởng phòng",
            "members": 12,
            "women": 5,
            "address": "Rạch Giá",
            "phone": "02973811222",
            "duties": "Quản lý nhà ở và thị trường bất động sản",
            "award_sought": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
            **dict.fromkeys(("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"), "Đạt"),
            "performance": _GOOD,
            "party_rating": _GOOD,
            "union_rating": _GOOD,
            "discipline": "Không",
            "under_review": "Không",
        }
    ],
    "individuals": [
        {
            "nominee_id": "QLN-CN001",
            "salutation": "Bà",
            "full_name": "Nguyễn Thị Ánh Nguyệt",
            "birth_date": date(1985, 6, 5),
            "gender": "Nữ",
            "citizen_id": "091185001234",
            "position": "Chuyên viên",
            **_PERSON,
        },
        {
            "nominee_id": "QLN-CN002",
            "salutation": "Ông",
            "full_name": "Trần Minh Quân",
            "birth_date": "15/03/1979",
            "gender": "Nam",
            "citizen_id": "091079005678",
            "position": "Phó Trưởng phòng",
            **_PERSON,
        },
        {
            "nominee_id": "QLN-CN003",
            "full_name": "Lê Hoà An",
            "birth_date": 1990,
            "gender": "Nữ",
            "citizen_id": "091190004321",
            "position": "Kế toán viên",
            **_PERSON,
        },
    ],
    "achievements": [
        {
            "achievement_id": "QLN-T001",
            "nominee_id": "QLN-CN001",
            "kind": "Tiền",
            "content": "ND1",
            "achieved_on": date(2022, 5, 1),
            "description": "Ủng hộ quỹ Vì người nghèo",
            "value_vnd": 1_500_000,
            "used_for": "Không",
            "evidence_id": "QLN-MC01",
        },
        {
            "achievement_id": "QLN-T002",
            "nominee_id": "QLN-CN002",
            "kind": "Hiện vật",
            "content": "ND2",
            "achieved_on": "06/2022",
            "description": "Tặng gạo cho hộ nghèo",
            "value_vnd": 2_000_000,
            "item": "Gạo",
            "unit_of_measure": "kg",
            "quantity": 100,
            "unit_price": 20_000,
            "valuation": "Hóa đơn mua hàng",
            "used_for": "Không",
            "evidence_id": "QLN-MC01; QLN-MC02",
        },
        {
            "achievement_id": "QLN-T003",
            "nominee_id": "QLN-TT01",
            "kind": "Sáng kiến",
            "content": "ND2",
            "achieved_on": 2022,
            "description": "Sáng kiến rà soát nhà ở của hộ nghèo",
            "effect": "Giảm 30% thời gian rà soát",
            "effect_amount": 30,
            "effect_unit": "%",
            "decision_no": "12/QĐ-SXD",
            "decision_date": date(2022, 12, 1),
            "share_percent": 50,
            "used_for": "Không",
            "evidence_id": "QLN-MC02",
        },
        {
            "achievement_id": "QLN-T004",
            "nominee_id": "QLN-TT01",
            "kind": "Kiến nghị chính sách",
            "content": "ND2",
            "achieved_on": 2022,
            "description": "Kiến nghị sửa đổi chính sách hỗ trợ nhà ở",
            "petition_document": "12/SXD-QLN",
            "petition_result": "Được tiếp thu",
            "used_for": "Không",
            "evidence_id": "QLN-MC02",
        },
    ],
    "prior_awards": [
        {
            "nominee_id": "QLN-CN001",
            "year": 2021,
            "type": "Danh hiệu thi đua",
            "name": "Lao động tiên tiến",
            "category": "Công trạng",
            "decision_no": "70/QĐ-SXD",
            "decision_date": date(2022, 1, 10),
            "issued_by": "Sở Xây dựng",
        }
    ],
    "evidence": [
        {"evidence_id": "QLN-MC01", "title": "Biên lai", "issued_on": date(2022, 5, 1)},
        {"evidence_id": "QLN-MC02", "title": "Giấy xác nhận"},
    ],
}

CELLS = sum(len(row) for rows in SOUND.values() for row in rows)
"""How many cells a unit has typed or confirmed."""


def issue_to(folder: Path, campaign: Campaign = CAMPAIGN, round_id: str = ROUND, unit: str = UNIT) -> Path:
    """An empty workbook as issued."""
    path = folder / "issued.xlsx"
    write_workbook(path, campaign, round_id, unit)
    return path


def place(path: Path, table: str, column: str, row: int) -> tuple[str, str]:
    """Sheet and address of a column's entry in line ``row`` (from 0, -1 is the heading) of an issued workbook."""
    span = places(path)[f"{table}.{column}"]
    return span.sheet, f"{get_column_letter(span.column)}{span.first + row}"


def fill_to(folder: Path, tables: Rows = SOUND, name: str = "sent.xlsx") -> Path:
    """A workbook as sent in."""
    return fill(issue_to(folder), folder / name, tables)
