"""A random truth, typed into issued workbooks through their defined names, comes out of ``merge`` as contract 5.2 computes it.

The rules are computed here a second time, from the contract's words alone. ``THIDUA_TRUTH_NOMINEES`` sets the number of nominees per
campaign for a longer run (``THIDUA_TRUTH_NOMINEES=3000 pytest tests/test_truth.py``).
"""

from __future__ import annotations

import calendar
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests import sheets
from tests.sheets import Row, Typed
from thidua_xlsx import pipeline

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "workbook_templates" / "kien-giang"
NOMINEES = int(os.environ.get("THIDUA_TRUTH_NOMINEES", "240"))
MOST_PER_UNIT = 110

UNITS = {
    "VP": ("Văn phòng Sở", "Phòng"),
    "TTRA": ("Thanh tra Sở", "Phòng"),
    "KHTC": ("Phòng Kế hoạch - Tài chính", "Phòng"),
    "QHKT": ("Phòng Quy hoạch - Kiến trúc", "Phòng"),
    "QLXD": ("Phòng Quản lý xây dựng", "Phòng"),
    "QLN": ("Phòng Quản lý nhà và Thị trường bất động sản", "Phòng"),
    "HTKT": ("Phòng Hạ tầng kỹ thuật", "Phòng"),
    "KTVL": ("Phòng Kinh tế và Vật liệu xây dựng", "Phòng"),
    "CCGD": ("Chi cục Giám định xây dựng", "Đơn vị trực thuộc"),
    "TTQH": ("Trung tâm Quy hoạch xây dựng", "Đơn vị trực thuộc"),
    "TTKD": ("Trung tâm Kiểm định chất lượng xây dựng", "Đơn vị trực thuộc"),
    "BQLDA": ("Ban Quản lý dự án đầu tư xây dựng", "Đơn vị trực thuộc"),
}
AWARDS = {
    "GK_GDS": "Giấy khen của Giám đốc Sở",
    "BK_UBT": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    "BK_TTG": "Bằng khen của Thủ tướng Chính phủ",
    "HCLD_3": "Huân chương Lao động hạng Ba",
}
KINDS = {
    "TT1-TIEN": "Tiền",
    "TT1-HIENVAT": "Hiện vật",
    "TT1-NGAYCONG": "Ngày công",
    "TT2A": "Kiến nghị chính sách",
    "TT2B-SANGKIEN": "Sáng kiến",
    "TT2B-GIAIPHAP": "Giải pháp",
    "TT2B-MOHINH": "Mô hình",
}
CONTENTS = ("ND1", "ND2", "ND3", "ND4", "ND5")
GOOD = ("Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ")
POOR = ("Hoàn thành nhiệm vụ", "Không hoàn thành nhiệm vụ")
DISCIPLINE = ("Khiển trách", "Cảnh cáo", "Cách chức")
DOCUMENT = "125/SXD ngày 12/4/2022 gửi UBND tỉnh"

Figures = Mapping[tuple[str, str], int]
"""The figure of TT1 by award form and kind of nominee."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A round of the shipped campaign, as the plan has it."""

    id: str
    first: date
    last: date
    decided: date
    awards: tuple[str, ...]


ROUNDS = (
    Occasion("so-ket-2023", date(2021, 1, 1), date(2023, 6, 30), date(2023, 7, 31), ("BK_UBT",)),
    Occasion("tong-ket-2025", date(2021, 1, 1), date(2025, 6, 30), date(2025, 8, 31), ("BK_UBT", "BK_TTG", "HCLD_3")),
    Occasion("hang-nam-2022", date(2022, 1, 1), date(2022, 12, 31), date(2022, 12, 31), ("GK_GDS", "BK_UBT")),
)


@dataclass
class Deed:
    """One achievement as it truly is."""

    kind: str
    day: tuple[int, ...]
    value: int
    proven: bool
    line: int = 0

    def inside(self, occasion: Occasion) -> bool | None:
        """Whether it falls into the round's window; None where its date does not tell."""
        year, month, day = (*self.day, None, None)[:3]
        first = date(year or 0, month or 1, day or 1)
        last = date(year or 0, month or 12, day or calendar.monthrange(year or 0, month or 12)[1])
        if occasion.first <= first and last <= occasion.last:
            return True
        return False if last < occasion.first or first > occasion.last else None


@dataclass
class Nominee:
    """One nominee as it truly is; an attestation of None was left blank."""

    id: str
    kind: str
    name: str
    attested: dict[str, str | None]
    under_review: bool
    deeds: list[Deed] = field(default_factory=list)


@dataclass
class UnitTruth:
    """One unit: its own attestations and its nominees."""

    code: str
    attested: dict[str, str | None]
    nominees: list[Nominee]


def kleene(certain: float, possible: float, figure: float) -> int:
    """Whether a total reaches a figure: certainly, certainly not, or nobody can say."""
    return 1 if certain >= figure else -1 if possible < figure else 0


def criteria(nominee: Nominee, unit: UnitTruth, occasion: Occasion, figure: int | None) -> dict[str, int]:
    """Every criterion of contract 5.2 for one nominee: 1 met, 0 open, -1 not met."""
    results = {}
    deeds = [(deed, deed.inside(occasion)) for deed in nominee.deeds if deed.inside(occasion) is not False]
    gifts = [(deed.value, inside) for deed, inside in deeds if deed.kind.startswith("TT1")]
    certain = sum(value for value, inside in gifts if inside)
    results["TT1"] = -1 if not gifts else 0 if figure is None else kleene(certain, sum(value for value, _ in gifts), figure)
    for code in ("TT2A", "TT2B"):
        ideas = [inside and (deed.proven or code == "TT2A") for deed, inside in deeds if deed.kind.startswith(code)]
        results[code] = kleene(sum(map(bool, ideas)), len(ideas), 1)
    for code in ("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"):
        inherits = nominee.kind == "individual" and code in ("TC3", "TC5")
        word = unit.attested[code] if inherits else nominee.attested[code]
        results[code] = {"Đạt": 1, "Không đạt": -1}.get(word or "", 0)
    results["P4"] = 0 if nominee.under_review else 1
    return results


def verdict(results: Mapping[str, int]) -> int:
    """(TT1 or TT2A or TT2B) and TC1 and … and TC6, under review: open."""
    best = max(results["TT1"], results["TT2A"], results["TT2B"])
    return min(best, *(value for code, value in results.items() if not code.startswith("TT")))


class Truth:
    """Makes up units, and the rows in which they would say what they are."""

    def __init__(self, seed: int, occasion: Occasion) -> None:
        self.random = Random(seed)  # noqa: S311 – chance, not secrecy
        self.occasion = occasion
        self._people = 0

    def unit(self, code: str, size: int) -> UnitTruth:
        """A unit with about one collective to fifteen individuals."""
        collectives = max(1, size // 15)
        kinds = ["collective"] * collectives + ["individual"] * (size - collectives)
        nominees = [self._nominee(code, kind, number) for number, kind in enumerate(kinds, 1)]
        return UnitTruth(code, {"TC3": self._attestation(), "TC5": self._attestation()}, nominees)

    def rows(self, unit: UnitTruth) -> dict[str, list[Row]]:
        """What the unit types; blank lines stand between some rows."""
        tables: dict[str, list[Row]] = {"collectives": [], "individuals": [], "achievements": [], "prior_awards": []}
        tables["evidence"] = [{"title": "Giấy xác nhận", "issued_on": self._past()} for _ in range(5)]
        for nominee in unit.nominees:
            table = "collectives" if nominee.kind == "collective" else "individuals"
            tables[table].append(self._collective(nominee) if table == "collectives" else self._individual(nominee, unit.code))
            for deed in nominee.deeds:
                while self.random.random() < 0.05 and len(tables["achievements"]) < 280:
                    tables["achievements"].append({})
                deed.line = len(tables["achievements"])
                tables["achievements"].append(self._deed(deed, nominee, unit.code))
            if self.random.random() < 0.2:
                tables["prior_awards"].append(self._prior_award(nominee))
        return {"unit": [self._unit(unit, tables)], **tables}

    def _pick(self, words: tuple[str, ...]) -> str:
        return self.random.choice(words)

    def _attestation(self) -> str | None:
        return self.random.choices(("Đạt", "Không đạt", "Chưa đánh giá", None), (90, 4, 3, 3))[0]

    def _past(self) -> date:
        return self.occasion.first + timedelta(days=self.random.randrange((self.occasion.last - self.occasion.first).days))

    def _nominee(self, unit: str, kind: str, number: int) -> Nominee:
        own = self.random.random() < 0.1
        prefix = "TT" if kind == "collective" else "CN"
        width = 2 if kind == "collective" else 3
        self._people += 1
        nominee_id = f"{unit}/{prefix}.{number} bis" if own else f"{unit}-{prefix}{number:0{width}d}"
        letters = "".join("ABCDEGHKLM"[int(digit)].lower() for digit in f"{self._people:04d}")
        name = f"Tập thể số {self._people}" if kind == "collective" else f"Nguyễn Văn {letters.capitalize()}"
        attested = {f"TC{code}": self._attestation() for code in range(1, 7)}
        return Nominee(nominee_id, kind, name, attested, self.random.random() < 0.05, [self._truth() for _ in range(self._count())])

    def _count(self) -> int:
        return self.random.choices((0, 1, 2, 3, 4), (1, 4, 4, 2, 1))[0]

    def _truth(self) -> Deed:
        first, last = self.occasion.first - timedelta(days=200), self.occasion.decided + timedelta(days=100)
        day = first + timedelta(days=self.random.randrange((last - first).days + 1))
        parts = (day.year, day.month, day.day)[: self.random.choices((1, 2, 3), (1, 1, 8))[0]]
        kind = self.random.choices(tuple(KINDS), (5, 3, 1, 2, 1, 1, 1))[0]
        return Deed(kind, parts, self.random.randrange(1, 300) * 100_000, self.random.random() < 0.8)

    def _unit(self, unit: UnitTruth, tables: Mapping[str, list[Row]]) -> Row:
        name, kind = UNITS[unit.code]
        rating = self._rating(unit.attested["TC5"])
        return {
            "code": unit.code, "name": name, "kind": kind, "preparer": "Trần Thị Bình", "phone": "0912345678",
            "email": "a@example.vn", "head_name": "Lê Văn Cường", "head_title": "Trưởng phòng",
            "prepared_on": self.occasion.last - timedelta(days=20),
            "declared_collectives": len(tables["collectives"]), "declared_individuals": len(tables["individuals"]),
            "staff_total": 150, "staff_women": 60, "party_rating": rating,
            "union_rating": self._rating(unit.attested["TC5"]), **unit.attested,
        }  # fmt: skip

    def _rating(self, attested: str | None) -> str:
        return self._pick(GOOD if attested == "Đạt" else (*GOOD, *POOR))

    def _standing(self, nominee: Nominee) -> dict[str, Typed]:
        award = self._pick(self.occasion.awards)
        return {
            "award_sought": self._pick((award, AWARDS[award])),
            "performance": self._rating(nominee.attested["TC2"]),
            "discipline": "Không" if nominee.attested["TC6"] == "Đạt" else self._pick(("Không", *DISCIPLINE)),
            "under_review": "Có" if nominee.under_review else "Không",
            "nominee_id": nominee.id,
        }

    def _collective(self, nominee: Nominee) -> Row:
        ratings: Row = {"party_rating": self._rating(nominee.attested["TC5"]), "union_rating": self._rating(nominee.attested["TC5"])}
        head: Row = {"name": nominee.name, "head_name": "Lê Văn Cường", "head_title": "Trưởng phòng", "members": 12, "women": 5}
        return {**head, **ratings, **self._standing(nominee), **nominee.attested}

    def _individual(self, nominee: Nominee, unit: str) -> Row:
        woman = self.random.random() < 0.5
        born = date(1965, 1, 1) + timedelta(days=self.random.randrange(12_000))
        attested = {code: word for code, word in nominee.attested.items() if code not in ("TC3", "TC5")}
        return {
            "full_name": nominee.name.replace("Văn", "Ngọc"), "birth_date": self._written((born.year, born.month, born.day)),
            "gender": "Nữ" if woman else "Nam", "salutation": "Bà" if woman else "Ông",
            "citizen_id": f"091{int(woman)}{born:%y}{self._people * 997 % 1_000_000:06d}", "position": "Chuyên viên",
            "department": UNITS[unit][0], "category": "Công chức, viên chức", **self._standing(nominee), **attested,
        }  # fmt: skip

    def _deed(self, deed: Deed, nominee: Nominee, unit: str) -> Row:
        row: dict[str, Typed] = {
            "achievement_id": f"{unit}-T{deed.line + 1:03d}", "nominee_id": nominee.id, "kind": self._pick((deed.kind, KINDS[deed.kind])),
            "content": self._pick(CONTENTS), "achieved_on": self._written(deed.day),
            "description": "Ủng hộ, giúp đỡ hộ nghèo tại xã Thạnh Lộc",
            "used_for": self.random.choices(("Không", *AWARDS, *AWARDS.values()), (20, *[1] * 8))[0],
            "evidence_id": self._pick((f"{unit}-MC01", f"{unit}-MC02; {unit}-MC03", f"{unit}-MC04,{unit}-MC05")),
        }  # fmt: skip
        if deed.kind.startswith("TT1"):
            row["value_vnd"] = self._money(deed.value)
        if deed.kind == "TT1-HIENVAT":
            row |= {
                "item": "Gạo",
                "unit_of_measure": "kg",
                "quantity": deed.value // 50_000,
                "unit_price": 50_000,
                "valuation": "Giá thị trường",
            }
        if deed.kind == "TT2A":
            row |= {"petition_document": DOCUMENT, "petition_result": self._pick(("Chưa trả lời", "Đã ban hành"))}
        if deed.kind.startswith("TT2B") and deed.proven:
            row |= {"effect": "Giảm 10 ngày cho 12 hồ sơ", "effect_amount": 12, "effect_unit": "hồ sơ"}
        return row

    def _prior_award(self, nominee: Nominee) -> Row:
        return {
            "nominee_id": nominee.id, "year": 2020, "type": "Danh hiệu thi đua", "name": "Lao động tiên tiến", "category": "Công trạng",
            "decision_no": "70/QĐ-SXD", "decision_date": date(2020, 12, 30), "issued_by": "Sở Xây dựng",
        }  # fmt: skip

    def _money(self, value: int) -> Typed:
        return self.random.choice((value, float(value), str(value), f"{value:,}".replace(",", "."), f"{value // 1000} nghìn"))

    def _written(self, day: tuple[int, ...]) -> Typed:
        """A date in one of the ways in which people type it."""
        if len(day) == 1:
            return self.random.choice((day[0], str(day[0])))
        text = "/".join(str(part) for part in reversed(day))
        if len(day) == 2:
            return self.random.choice((text, f"{day[1]:02d}/{day[0]}", f"tháng {day[1]}/{day[0]}"))
        whole = date(*day)
        return self.random.choice((whole, whole, text, f"{whole:%d/%m/%Y}", text.replace("/", "."), text.replace("/", "-")))


def with_figures(campaign: str, figures: Figures) -> str:
    """The campaign file with ``value`` lines, put where an office would put them."""
    for (award, kind), value in figures.items():
        block = rf'(award = "{award}"\nkind = "{kind}"\nfrom = 2021-01-01\n)'
        campaign, count = re.subn(block, rf"\g<1>value = {value:_}\n", campaign)
        assert count == 1
    return campaign


@dataclass
class Run:
    """A merged random campaign."""

    occasion: Occasion
    figures: Figures
    units: list[UnitTruth]
    inbox: Path
    result: dict[str, Any]


CASES = {
    "so ket, no figure": (1, ROUNDS[0], {}),
    "so ket, figures": (2, ROUNDS[0], {("BK_UBT", "individual"): 20_000_000, ("BK_UBT", "collective"): 35_000_000}),
    "tong ket, some figures": (3, ROUNDS[1], {("BK_UBT", "individual"): 15_000_000, ("HCLD_3", "individual"): 60_000_000}),
    "hang nam, figures": (
        4,
        ROUNDS[2],
        {("GK_GDS", "individual"): 1, ("GK_GDS", "collective"): 10_000_000, ("BK_UBT", "individual"): 9_900_000},
    ),
}


@pytest.fixture(scope="module", params=CASES.values(), ids=list(CASES))
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Issue, fill, merge."""
    seed, occasion, figures = request.param
    folder = pipeline.init(tmp_path_factory.mktemp("truth") / "campaign")
    text = (folder / "campaign.toml").read_text(encoding="utf-8")
    (folder / "campaign.toml").write_text(with_figures(text, figures), encoding="utf-8")
    truth = Truth(seed, occasion)
    count = max(4, min(len(UNITS), -(-NOMINEES // MOST_PER_UNIT)))
    units = [truth.unit(code, min(MOST_PER_UNIT, NOMINEES // count)) for code in list(UNITS)[:count]]
    pipeline.issue(folder, round=occasion.id, units=[unit.code for unit in units])
    for unit in units:
        sheets.fill(folder / "issued" / occasion.id / f"{unit.code}.xlsx", folder / "inbox" / f"Phiếu {unit.code}.xlsx", truth.rows(unit))
    done = pipeline.merge(folder, round=occasion.id)
    return Run(occasion, figures, units, folder / "inbox", json.loads((done.folder / "ket-qua.json").read_text(encoding="utf-8")))


def expected(run: Run) -> Iterator[tuple[tuple[str, str], Nominee, dict[str, int], int | None]]:
    """Every nominee and award form with its criteria and the figure in force."""
    for unit in run.units:
        for nominee in unit.nominees:
            for award in run.occasion.awards:
                figure = run.figures.get((award, nominee.kind))
                yield (nominee.id, award), nominee, criteria(nominee, unit, run.occasion, figure), figure


WORDS = {1: "met", 0: "open", -1: "not_met"}


def test_every_verdict_is_the_contract_s(run: Run) -> None:
    """Nominee by nominee and award by award, with the result of every criterion."""
    found = {
        (entry["nominee_id"], entry["award"]): (entry["result"], {reason["criterion"]: reason["result"] for reason in entry["reasons"]})
        for entry in run.result["assessments"]
    }
    assert len(found) == len(run.result["assessments"])
    wanted = {
        key: (WORDS[verdict(results)], {code: WORDS[value] for code, value in results.items()}) for key, _, results, _ in expected(run)
    }
    assert set(found) == set(wanted)
    differences = {key: (found[key], wanted[key]) for key in wanted if found[key] != wanted[key]}
    assert not differences


def test_the_figures_of_tt1_are_named(run: Run) -> None:
    """TT1 says what was certainly contributed, what is required, and in which cells the sums stand."""
    found = {(entry["nominee_id"], entry["award"]): entry for entry in run.result["assessments"]}
    unit_of = {nominee.id: unit.code for unit in run.units for nominee in unit.nominees}
    spans = {unit.code: sheets.places(run.inbox / f"Phiếu {unit.code}.xlsx")["achievements.value_vnd"] for unit in run.units}
    for key, nominee, results, figure in expected(run):
        (reason,) = (reason for reason in found[key]["reasons"] if reason["criterion"] == "TT1")
        counted = [deed for deed in nominee.deeds if deed.kind.startswith("TT1") and deed.inside(run.occasion)]
        assert (reason["actual"], reason["required"]) == (sum(deed.value for deed in counted), figure), key
        unit = unit_of[nominee.id]
        cells = {f"[inbox/Phiếu {unit}.xlsx]{sheets.address(spans[unit], deed.line)}" for deed in counted}
        assert cells <= set(reason["sources"]), key
        assert results["TT1"] == 0 or cells == set(reason["sources"]), key


def test_sound_workbooks_have_no_error(run: Run) -> None:
    """Whatever people leave blank or write in their own way, no sound cell is called wrong, and every row counts."""
    assert [found for found in run.result["findings"] if found["severity"] == "error"] == []
    assert {entry["status"] for entry in run.result["files"]} == {"accepted"}
    assert run.result["cells"]["held"] == 0


def test_no_cell_is_lost(run: Run) -> None:
    """Law of conservation, against openpyxl's count."""
    cells = run.result["cells"]
    assert cells["read"] == cells["registered"] + cells["held"] + cells["ignored"]
    assert cells["read"] == sum(sheets.filled_cells(path) for path in run.inbox.iterdir())


GOOD_PERSON: Row = {
    "salutation": "Ông", "full_name": "Nguyễn Văn An", "birth_date": date(1980, 5, 6), "gender": "Nam", "citizen_id": "091080000001",
    "position": "Chuyên viên", "department": UNITS["QLN"][0], "category": "Công chức, viên chức", "party_member": "Có",
    "award_sought": "BK_UBT", "TC1": "Đạt", "TC2": "Đạt", "TC4": "Đạt", "TC6": "Đạt", "performance": GOOD[1], "discipline": "Không",
    "under_review": "Không",
}  # fmt: skip
GOOD_TABLES: dict[str, list[Row]] = {
    "unit": [
        {
            "code": "QLN", "name": UNITS["QLN"][0], "kind": "Phòng", "preparer": "Trần Thị Bình", "phone": "0912345678",
            "email": "qln@example.vn",
            "head_name": "Lê Văn Cường", "head_title": "Trưởng phòng", "prepared_on": date(2023, 6, 10), "declared_collectives": 1,
            "declared_individuals": 2, "staff_total": 14, "staff_women": 6, "TC3": "Đạt", "TC5": "Đạt", "party_rating": GOOD[0],
            "union_rating": GOOD[1],
        }
    ],
    "collectives": [
        {
            "name": UNITS["QLN"][0], "head_name": "Lê Văn Cường", "head_title": "Trưởng phòng", "members": 14, "women": 6,
            "phone": "02973123456",
            "award_sought": "BK_UBT", "TC1": "Đạt", "TC2": "Đạt", "TC3": "Đạt", "TC4": "Đạt", "TC5": "Đạt", "TC6": "Đạt",
            "performance": GOOD[0], "party_rating": GOOD[0], "union_rating": GOOD[0], "discipline": "Không", "under_review": "Không",
        }
    ],
    "individuals": [
        GOOD_PERSON,
        {
            **GOOD_PERSON, "full_name": "Lê Thị Hoa", "salutation": "Bà", "gender": "Nữ", "birth_date": date(1985, 3, 2),
            "citizen_id": "091185000002", "TC6": "Không đạt", "discipline": "Khiển trách", "discipline_decision": "15/QĐ-SXD",
            "discipline_until": date(2023, 3, 10),
        },
    ],
    "achievements": [
        {
            "nominee_id": "QLN-CN001", "kind": "TT1-TIEN", "content": "ND3", "achieved_on": date(2022, 5, 6), "value_vnd": 5_000_000,
            "description": "Ủng hộ Quỹ Vì người nghèo", "used_for": "Không", "evidence_id": "QLN-MC01", "share_percent": 60,
        },
        {
            "nominee_id": "QLN-TT01", "kind": "TT1-HIENVAT", "content": "ND2", "achieved_on": date(2022, 8, 6), "value_vnd": 4_600_000,
            "description": "Ủng hộ xi măng làm nền nhà cho hộ nghèo", "item": "Xi măng", "unit_of_measure": "bao", "quantity": 50,
            "unit_price": 92_000, "valuation": "Hóa đơn số 123", "used_for": "Không", "evidence_id": "QLN-MC01; QLN-MC02",
        },
        {
            "nominee_id": "QLN-CN002", "kind": "TT2A", "content": "ND1", "achieved_on": date(2023, 2, 6),
            "description": "Kiến nghị nâng mức hỗ trợ xây nhà cho hộ nghèo", "petition_document": DOCUMENT,
            "petition_result": "Đã ban hành", "used_for": "Không", "evidence_id": "QLN-MC02",
        },
        {
            "nominee_id": "QLN-CN001", "kind": "TT2B-SANGKIEN", "content": "ND1", "achieved_on": date(2023, 1, 9),
            "description": "Mẫu nhà 36 m² cho vùng đất yếu", "effect": "Giảm 18% chi phí móng", "effect_amount": 42, "effect_unit": "căn",
            "recognized_by": "Hội đồng sáng kiến Sở", "decision_no": "70/QĐ-SXD", "decision_date": date(2023, 3, 1), "used_for": "Không",
            "evidence_id": "QLN-MC02",
        },
    ],
    "prior_awards": [
        {
            "nominee_id": "QLN-CN001", "year": 2021, "type": "Danh hiệu thi đua", "name": "Lao động tiên tiến", "category": "Công trạng",
            "decision_no": "15/QĐ-SXD", "decision_date": date(2022, 1, 10), "issued_by": "Sở Xây dựng",
        }
    ],
    "evidence": [
        {"title": "Biên nhận", "document_no": "45/BN", "issued_on": date(2022, 5, 7), "issued_by": "UBMTTQ xã", "file_name": "a.pdf"},
        {"title": "Văn bản kiến nghị", "issued_on": date(2023, 2, 7)},
    ],
}  # fmt: skip

ATTESTATIONS = ("đạt rồi nhé", 7)
MUTATIONS: dict[tuple[str, str, int], tuple[Typed, ...]] = {
    ("unit", "code", 0): (None, "QHKT", "ABC"),
    ("unit", "name", 0): (None, "Phòng Quản lý xây dựng", "Phòng không ai biết"),
    ("unit", "kind", 0): (None, "Sở"),
    ("unit", "preparer", 0): (None, "Bình", "Bình 0912345678"),
    ("unit", "phone", 0): ("12345", "gọi sau", 9123),
    ("unit", "email", 0): ("qln at example.vn", "qln@"),
    ("unit", "head_name", 0): (None, "Cường", "Cường 2"),
    ("unit", "head_title", 0): (None, "#N/A"),
    ("unit", "prepared_on", 0): (None, "31/6/2023", "hôm qua"),
    ("unit", "declared_collectives", 0): (None, "một", -1, 1.5),
    ("unit", "declared_individuals", 0): (None, "hai", -2),
    ("unit", "staff_total", 0): ("đông", 2.5),
    ("unit", "staff_women", 0): (15, "nhiều", -1),
    ("unit", "TC3", 0): ATTESTATIONS,
    ("unit", "TC5", 0): ATTESTATIONS,
    ("unit", "party_rating", 0): ("Trong sạch vững mạnh", *POOR),
    ("unit", "union_rating", 0): ("Vững mạnh", POOR[0]),
    ("collectives", "nominee_id", 0): (None, "QLN-CN001"),
    ("collectives", "name", 0): (None, "#REF!", "nt"),
    ("collectives", "head_name", 0): (None, "Cường"),
    ("collectives", "head_title", 0): (None, "như trên"),
    ("collectives", "members", 0): (None, 0, "mười"),
    ("collectives", "women", 0): (15, "ít", -1),
    ("collectives", "phone", 0): ("0297", "abc"),
    ("collectives", "award_sought", 0): (None, "Huân chương", "GK_GDS", "Giấy khen của Giám đốc Sở"),
    **{("collectives", f"TC{number}", 0): ATTESTATIONS for number in range(1, 7)},
    ("collectives", "performance", 0): (None, "khá", *POOR),
    ("collectives", "party_rating", 0): (None, "Trong sạch vững mạnh", POOR[0]),
    ("collectives", "union_rating", 0): (None, "khá", POOR[1]),
    ("collectives", "discipline", 0): (None, "Đình chỉ", "Khiển trách"),
    ("collectives", "under_review", 0): (None, "chưa rõ"),
    ("individuals", "nominee_id", 0): (None, "QLN-CN002", "QLN-TT01"),
    ("individuals", "salutation", 0): ("Đồng chí", "Bà"),
    ("individuals", "full_name", 0): (None, "An", "Nguyễn Văn An 1980", "như trên"),
    ("individuals", "birth_date", 0): (None, "31/02/1980", "5/13/1980", "không nhớ", date(2010, 5, 6), date(1930, 1, 1), date(2030, 1, 1)),
    ("individuals", "gender", 0): (None, "khác", "Nữ"),
    ("individuals", "citizen_id", 0): (None, "091180000001", "091081000001", "91081000001", "9,1081E+10", "không có", 12345, "09108000000"),
    ("individuals", "position", 0): (None, "#VALUE!"),
    ("individuals", "department", 0): (None, "nt"),
    ("individuals", "category", 0): (None, "Chuyên viên"),
    ("individuals", "party_member", 0): ("đang xét", 2),
    ("individuals", "award_sought", 0): (None, "BK_TTG", "Bằng khen"),
    **{("individuals", code, 0): ATTESTATIONS for code in ("TC1", "TC2", "TC4", "TC6")},
    ("individuals", "performance", 0): (None, "HT khá", *POOR),
    ("individuals", "discipline", 0): (None, "phê bình", *DISCIPLINE),
    ("individuals", "discipline_until", 1): ("hết năm", "31/4/2023"),
    ("individuals", "under_review", 0): (None, "có thể"),
    ("achievements", "achievement_id", 0): (None, "QLN-T002"),
    ("achievements", "nominee_id", 0): (None, "QLN-CN099", "Nguyễn Văn An", "như trên"),
    ("achievements", "kind", 0): (None, "Khác"),
    ("achievements", "content", 0): ("ND6", "giảm nghèo"),
    ("achievements", "achieved_on", 0): (None, "30/02/2022", "12/25/2022", "quý II"),
    ("achievements", "description", 0): (None, "như trên"),
    ("achievements", "description", 2): (None, "Kiến nghị"),
    ("achievements", "description", 3): ("Mẫu nhà",),
    ("achievements", "value_vnd", 0): (None, "trên 10 triệu", -5_000_000, "năm triệu", 1234.5, "#N/A", True),
    ("achievements", "value_vnd", 1): (None, 46_000_000, 4_600_002),
    ("achievements", "item", 1): (None, "nt"),
    ("achievements", "unit_of_measure", 1): (None,),
    ("achievements", "quantity", 1): (None, "năm mươi", "50 bao"),
    ("achievements", "unit_price", 1): (None, "chín hai", "khoảng 92000"),
    ("achievements", "valuation", 1): (None,),
    ("achievements", "petition_document", 2): (None,),
    ("achievements", "petition_result", 2): (None, "tốt đẹp"),
    ("achievements", "effect_amount", 3): ("nhiều", -4),
    ("achievements", "decision_date", 3): ("31/11/2022",),
    ("achievements", "share_percent", 0): (150, -3, "nửa"),
    ("achievements", "used_for", 0): (None, "Danh hiệu"),
    ("achievements", "evidence_id", 0): (None, "QLN-MC99", "QLN-MC01; QLN-MC77"),
    ("prior_awards", "nominee_id", 0): (None, "QLN-CN050"),
    ("prior_awards", "year", 0): (None, "2020-2021", 1900, "năm kia"),
    ("prior_awards", "type", 0): (None, "Bằng khen"),
    ("prior_awards", "name", 0): (None,),
    ("prior_awards", "category", 0): ("Thường xuyên liên tục",),
    ("prior_awards", "decision_date", 0): ("45/1/2022", date(2024, 1, 10)),
    ("evidence", "evidence_id", 0): (None, "QLN-MC02"),
    ("evidence", "title", 0): (None, "nt"),
    ("evidence", "issued_on", 0): ("mới đây",),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound workbook of one unit in its campaign folder."""
    folder = pipeline.init(tmp_path_factory.mktemp("sound") / "campaign")
    pipeline.issue(folder, round="so-ket-2023", units=["QLN"])
    path = sheets.fill(folder / "issued" / "so-ket-2023" / "QLN.xlsx", folder / "inbox" / "QLN.xlsx", GOOD_TABLES)
    sheets.trim(path, 6)
    return path


def errors(path: Path, campaign: Path) -> list[tuple[str, str]]:
    """The cells of which ``check`` says that they are wrong."""
    said = pipeline.check([path], campaign)
    return [(found.ref.sheet, found.ref.cell) for found in said if found.severity == "error"]


def test_the_sound_workbook_is_sound(sound: Path) -> None:
    """Nothing but the prefilled and the well typed: not even a warning about its cells."""
    said = pipeline.check([sound], sound.parents[1])
    assert [found.code for found in said if found.severity == "error"] == []
    assert [found.code for found in said if found.severity == "warning"] == ["R422"], "the collective of a disciplined member attests TC6"


MUTANTS = [(table, column, row, value) for (table, column, row), values in MUTATIONS.items() for value in values]


@pytest.mark.parametrize(("table", "column", "row", "value"), MUTANTS, ids=str)
def test_a_wrong_cell_is_named_and_no_other(sound: Path, tmp_path: Path, table: str, column: str, row: int, value: Typed) -> None:
    """One cell of the sound workbook is made wrong: exactly one error, at that cell."""
    path = Path(shutil.copyfile(sound, tmp_path / "QLN.xlsx"))
    place = sheets.mutate(path, table, column, row, value)
    assert errors(path, sound.parents[1]) == [place]


def test_every_column_with_a_rule_has_a_mutation() -> None:
    """The table above leaves out only columns of free text, in which nothing can be wrong."""
    names = {(table, column) for table, column, _ in MUTATIONS}
    ruled = {
        (table.code, column.code)
        for table in pipeline.Folder.at(TEMPLATE).campaign.tables.values()
        for column in table.columns.values()
        if column.required or column.required_when or column.references or column.type not in {"text", "id"}
    }
    assert ruled <= names, sorted(ruled - names)
