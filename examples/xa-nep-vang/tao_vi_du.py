"""Tạo lại ví dụ của xã Nếp Vàng từ ke-khai.toml: ``python tao_vi_du.py [THƯ MỤC]`` (mặc định: thư mục của tệp này).

Makes the second example anew: ``campaign.toml``, ``inbox/`` as the villages fill and send it, and ``ket-qua-mong-doi.json``, the result
worked out from what ``ke-khai.toml`` says was meant, without a line of the program's own rules. The same file always gives the same bytes.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "kien-giang"))

from nguon_vi_du.workbooks import fill  # noqa: E402 – how a filled workbook is saved is told by the first example

from thidua_xlsx.pipeline import init, issue  # noqa: E402

ID, ROUND = "xa-nep-vang", "nam-2025"
GROUPS = ("N1", "N2", "N3", "N4")
TABLES = {"collective": ("collectives", "TT"), "household": ("households", "HO"), "individual": ("individuals", "CN")}
AWARDS = ("TK_XA", "GK_XA", "BK_TINH")
FIGURES = {
    "TK_XA": {"collective": "70", "household": "65.5", "individual": "70"},
    "GK_XA": {"collective": "80", "household": "80.5", "individual": "80"},
    "BK_TINH": {"household": "90", "individual": "90.5"},
}
EARLIER = ("DONG", "Thôn Đông.xlsx", date(2025, 12, 10))
WORDS = {1: "met", 0: "open", -1: "not_met"}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Form:
    """What one unit means, as rows of its workbook, and the slips of the pen."""

    unit: str
    file: str
    prepared_on: date
    tables: Mapping[str, list[Row]]
    slips: Sequence[Mapping[str, Any]]
    remarks: Sequence[Mapping[str, Any]]

    def wrong(self, table: str, row: int) -> set[str]:
        """The cells that hold a row back."""
        return {slip["column"] for slip in self.slips if slip["held"] and (slip["table"], slip["row"]) == (table, row)}

    def typed(self) -> Mapping[str, list[Row]]:
        """The rows as they stand in the file."""
        rows = {table: [dict(row) for row in rows] for table, rows in self.tables.items()}
        for slip in self.slips:
            rows[slip["table"]][slip["row"]][slip["column"]] = slip["typed"] or None
        return rows


def read_forms() -> list[Form]:
    """The forms of ``ke-khai.toml``."""
    said = tomllib.loads((HERE / "ke-khai.toml").read_text(encoding="utf-8"))
    return [_form(form) for form in said["form"]]


def _form(said: Mapping[str, Any]) -> Form:
    unit = said["unit"]
    tables: dict[str, list[Row]] = {name: [] for name in ("unit", "collectives", "households", "individuals", "scores", "achievements")}
    for nominee in said["nominee"]:
        table, letters = TABLES[nominee["kind"]]
        key = f"{unit}-{letters}{len(tables[table]) + 1:02d}"
        tables[table].append(_nominee(nominee, key, said["TC2"]))
        for group, points in zip(GROUPS, nominee["points"], strict=True):
            scored = {"nominee_id": key, "item": group, "points": points, "maximum": 25, "scored_on": said["prepared_on"]}
            tables["scores"].append(scored)
        for day, words in nominee["deeds"]:
            place = len(tables["achievements"])
            deed = {"achievement_id": f"{unit}-V{place + 1:02d}", "nominee_id": key, "content": f"ND{place % 3 + 1}"}
            tables["achievements"].append({**deed, "achieved_on": day, "description": words})
    kept = ("preparer", "phone", "head_name", "head_title", "prepared_on", "households_total", "TC2")
    tables["unit"] = [{name: said[name] for name in kept} | {"declared_households": len(tables["households"])}]
    for slip in (slip for slip in said.get("slip", []) if "read" in slip):
        tables[slip["table"]][slip["row"]][slip["column"]] = slip["read"]
    return Form(unit, said["file"], said["prepared_on"], tables, said.get("slip", []), said.get("remark", []))


def _nominee(said: Mapping[str, Any], key: str, of_unit: str) -> Row:
    row = {name: value for name, value in said.items() if name not in ("kind", "name", "award", "points", "deeds")}
    row |= {"nominee_id": key, "full_name" if said["kind"] == "individual" else "name": said["name"], "award_sought": said["award"]}
    if said["kind"] == "collective":
        row |= {"head_title": "Tổ trưởng", "TC2": of_unit}
    return row


@dataclass
class _Sum:
    """What counts for certain, what may besides (None: anything), and whether there is a row at all."""

    rows: int = 0
    sure: Decimal = Decimal(0)
    doubtful: Decimal | None = Decimal(0)

    def add(self, amount: Decimal, wrong: set[str], amount_column: str) -> None:
        self.rows += 1
        if not wrong:
            self.sure += amount
        elif amount_column in wrong:
            self.doubtful = None
        elif self.doubtful is not None:
            self.doubtful += amount

    def against(self, figure: str | None) -> int:
        if not self.rows:
            return -1
        if figure is None:
            return 0
        if self.sure >= Decimal(figure):
            return 1
        return 0 if self.doubtful is None or self.sure + self.doubtful >= Decimal(figure) else -1


def verdicts(form: Form) -> Iterator[Row]:
    """Every nominee and award form: collectives, households, individuals, as the plan says."""
    (record,) = form.tables["unit"]
    for kind, (table, _) in TABLES.items():
        for number, row in enumerate(form.typed()[table]):
            points, first, deeds = _sums(form, row["nominee_id"])
            attested = {"Đạt": 1, "Không đạt": -1}
            for award in AWARDS:
                found = {
                    "DIEM": points.against(FIGURES[award].get(kind)),
                    "NHOM1": first.against("22.5"),
                    "VIEC": deeds.against("2"),
                    "TC1": attested.get(row["TC1"], 0),
                    "TC2": attested.get((row if kind == "collective" else record)["TC2"], 0),
                }
                name = form.tables[table][number]["full_name" if kind == "individual" else "name"]
                yield _verdict({"nominee_id": row["nominee_id"], "unit": form.unit, "kind": kind, "name": name, "award": award}, found)


def _verdict(case: Row, found: Mapping[str, int]) -> Row:
    two_of_three = sorted(found[code] for code in ("DIEM", "NHOM1", "VIEC"))[-2]
    asked = {
        "TK_XA": (min(two_of_three, found["TC1"]), ("DIEM", "NHOM1", "VIEC", "TC1")),
        "GK_XA": (min(found[code] for code in ("DIEM", "VIEC", "TC1", "TC2")), ("DIEM", "VIEC", "TC1", "TC2")),
        "BK_TINH": (min(found.values()), tuple(found)),
    }
    whole, codes = asked[case["award"]]
    return {**case, "result": WORDS[whole], "criteria": {code: WORDS[found[code]] for code in sorted(codes)}}


def _sums(form: Form, nominee_id: str) -> tuple[_Sum, _Sum, _Sum]:
    points, first, deeds = _Sum(), _Sum(), _Sum()
    for number, row in enumerate(form.tables["scores"]):
        wrong = form.wrong("scores", number)
        if row["nominee_id"] != nominee_id:
            continue
        amount = Decimal(str(row["points"]))
        points.add(amount, wrong, "points")
        if row["item"] == "N1" or "item" in wrong:
            first.add(amount, wrong, "points")
    for number, row in enumerate(form.tables["achievements"]):
        if row["nominee_id"] == nominee_id:
            deeds.add(Decimal(1), form.wrong("achievements", number), "")
    return points, first, deeds


def quotas(found: Sequence[Row], forms: Sequence[Form]) -> list[Row]:
    """What the plan's part IV allows, and who meets the award form sought."""
    sought = {row["nominee_id"]: row["award_sought"] for form in forms for table, _ in TABLES.values() for row in form.tables[table]}
    registered = sum(len(form.tables["households"]) for form in forms)
    everybody = sum(form.tables["unit"][0]["households_total"] for form in forms)
    allowed = (("GK_XA", "household", registered * 20 // 100), ("TK_XA", "household", everybody * 5 // 1000), ("BK_TINH", "individual", 1))
    counts = []
    for award, kind, limit in allowed:
        met = [one for one in found if (one["award"], one["kind"], one["result"]) == (award, kind, "met")]
        counts.append({"award": award, "kind": kind, "allowed": limit, "meet": sum(sought[one["nominee_id"]] == award for one in met)})
    return counts


def write_inbox(issued: Path, inbox: Path, forms: Sequence[Form]) -> list[Row]:
    """Fill the issued workbooks; gives the cells of which something has to be said."""
    said = []
    for form in forms:
        places = fill(issued / f"{form.unit}.xlsx", inbox / form.file, form.typed(), form.prepared_on)
        for slip in (*form.slips, *form.remarks):
            sheet, cell = places[slip["table"], slip["row"], slip["column"]]
            said.append({"code": slip["code"], "file": f"inbox/{form.file}", "sheet": sheet, "cell": cell})
    unit, name, day = EARLIER
    (form,) = (one for one in forms if one.unit == unit)
    before = {table: rows[:1] for table, rows in form.typed().items()}
    before["unit"] = [{**before["unit"][0], "prepared_on": day, "declared_households": 1}]
    fill(issued / f"{unit}.xlsx", inbox / name, before, day)
    return said


def dumped(result: Mapping[str, Any]) -> str:
    """JSON with a line per entry, so that a change shows as lines."""
    parts = []
    for key, value in result.items():
        lines = ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in value) if isinstance(value, list) else ""
        parts.append(f'"{key}": [\n{lines}\n ]' if lines else f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n " + ",\n ".join(parts) + "\n}\n"


def make(target: Path) -> None:
    """Write ``campaign.toml``, ``inbox/`` and ``ket-qua-mong-doi.json`` into a folder, in place of what is there."""
    target.mkdir(parents=True, exist_ok=True)
    forms, inbox = read_forms(), target / "inbox"
    shutil.copyfile(HERE.parents[1] / "workbook_templates" / ID / "campaign.toml", target / "campaign.toml")
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir()
    with tempfile.TemporaryDirectory() as scratch:
        folder = init(Path(scratch) / "campaign", ID)
        issue(folder, round=ROUND)
        cells = write_inbox(folder / "issued" / ROUND, inbox, forms)
    files = [{"path": f"inbox/{form.file}", "unit": form.unit, "status": "accepted"} for form in forms]
    files.append({"path": f"inbox/{EARLIER[1]}", "unit": EARLIER[0], "status": "superseded"})
    found = [verdict for form in forms for verdict in verdicts(form)]
    result = {"round": ROUND, "files": files, "cells": cells, "quotas": quotas(found, forms), "verdicts": found}
    (target / "ket-qua-mong-doi.json").write_text(dumped(result), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
