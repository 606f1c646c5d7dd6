"""A campaign folder with an inbox of any size, written with the package's own template, for the benchmarks beside this file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from thidua_xlsx.campaign import CAMPAIGN_FILE, Campaign, load_campaign
from thidua_xlsx.model import Raw
from thidua_xlsx.pipeline import init
from thidua_xlsx.template import Line, write_workbook

ROUND = "so-ket-2023"
_PEOPLE, _DEEDS = 10, 30
_UNIT = """[[unit]]
code = "DV{number:04}"
name = "Đơn vị số {number}"
kind = "đơn vị trực thuộc"
email = "dv{number}@example.vn"

"""


def make(folder: Path, units: int) -> Path:
    """A campaign of so many units, all of which have sent a workbook of about 45 rows; one in ten has a mistake in it."""
    init(folder)
    path = folder / CAMPAIGN_FILE
    blocks = re.split(r"(?m)^(?=\[\[)", path.read_text(encoding="utf-8"))
    first = next(number for number, block in enumerate(blocks) if block.startswith("[[unit]]"))
    others = [block for block in blocks if not block.startswith("[[unit]]")]
    ours = [_UNIT.format(number=number) for number in range(1, units + 1)]
    path.write_text("".join((*others[:first], *ours, *others[first:])), encoding="utf-8")
    campaign = load_campaign(path)
    for number, code in enumerate(campaign.units):
        send(folder / "inbox" / f"{code}.xlsx", campaign, code, slip=number % 10 == 0)
    return folder


def send(path: Path, campaign: Campaign, unit: str, *, slip: bool = False) -> None:
    """One unit's workbook as it comes back; with a ``slip`` one date in it does not exist."""
    lines = {code: tuple(map(Line, rows)) for code, rows in _rows(campaign, unit).items()}
    if slip:
        lines["individuals"] = (Line({**lines["individuals"][0].values, "birth_date": "31/02/1985"}), *lines["individuals"][1:])
    write_workbook(path, campaign, ROUND, unit, lines=lines)


def _rows(campaign: Campaign, unit: str) -> dict[str, list[Mapping[str, Raw]]]:
    number = list(campaign.units).index(unit)
    passed = dict.fromkeys(("TC1", "TC2", "TC4", "TC6"), "Đạt")
    head: dict[str, Raw] = {
        "code": unit, "name": campaign.units[unit].name, "kind": "Đơn vị trực thuộc", "preparer": "Trần Thị Bích Hạnh",
        "head_name": "Lê Văn Thành", "head_title": "Giám đốc", "prepared_on": date(2023, 6, 20), "declared_collectives": 0,
        "declared_individuals": _PEOPLE, "TC3": "Đạt", "TC5": "Đạt",
    }  # fmt: skip
    people: list[Mapping[str, Raw]] = [
        {
            "nominee_id": f"{unit}-CN{person:03}", "salutation": "Ông", "full_name": f"Nguyễn Văn {_word(number * _PEOPLE + person)}",
            "birth_date": date(1985, 1 + person % 12, 5), "gender": "Nam", "citizen_id": f"091085{number * _PEOPLE + person:06}",
            "position": "Chuyên viên", "department": campaign.units[unit].name, "category": "Công chức, viên chức",
            "award_sought": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh", "performance": "Hoàn thành tốt nhiệm vụ", "discipline": "Không",
            "under_review": "Không", **passed,
        }
        for person in range(1, _PEOPLE + 1)
    ]  # fmt: skip
    deeds: list[Mapping[str, Raw]] = [
        {
            "achievement_id": f"{unit}-T{deed:03}", "nominee_id": f"{unit}-CN{1 + deed % _PEOPLE:03}", "kind": "Tiền", "content": "ND5",
            "achieved_on": date(2022, 1 + deed % 12, 4), "description": f"Vận động hỗ trợ sửa chữa nhà ở cho hộ nghèo đợt {deed}",
            "value_vnd": 1_000_000 + 50_000 * deed, "used_for": "Không", "evidence_id": f"{unit}-MC{1 + deed % 4:02}",
        }
        for deed in range(1, _DEEDS + 1)
    ]  # fmt: skip
    papers: list[Mapping[str, Raw]] = [
        {"evidence_id": f"{unit}-MC{paper:02}", "title": "Giấy xác nhận của UBND xã", "issued_on": date(2022, 5, 1)}
        for paper in range(1, 5)
    ]
    return {"unit": [head], "individuals": people, "achievements": deeds, "evidence": papers}


def _word(number: int) -> str:
    """A made-up given name for every number, so that no two nominees are taken for the same person."""
    letters = ""
    while number:
        number, digit = divmod(number, 20)
        letters += "aeiouyghklmnpqrstvxc"[digit]
    return letters.capitalize()
