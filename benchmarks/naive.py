"""The merge as a competent colleague would write it in a few days: pandas, openpyxl and docxtpl, one script.

It reads the same inbox, makes the checks that decide whether a row counts, computes the same verdicts, writes the register and a summary
with ``to_excel`` and a report per nominee with docxtpl. It leaves out what such a script usually leaves out: findings with sentences,
returned workbooks and mails, charts and live formulas, lists and submissions, ``ket-qua.json``, findings between units.
"""

from __future__ import annotations

import calendar
import hashlib
import json
import re
import sys
import tomllib
import unicodedata
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
from docxtpl import DocxTemplate

Row = dict[str, Any]
BAD = object()
"""What cannot be understood."""

EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 – spreadsheets know no time zones

HEADINGS = 4
"""The row of the headings, counted from 0."""


@dataclass
class Plan:
    """What the script needs of ``campaign.toml``."""

    raw: dict[str, Any]
    first: date
    last: date
    decided: date
    award: str

    @classmethod
    def load(cls, path: Path, round_id: str) -> Plan:
        """The campaign file, for one round."""
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        occasion = next(one for one in raw["round"] if one["id"] == round_id)
        return cls(raw, occasion["achievements_from"], occasion["achievements_to"], occasion["decided_on"], occasion["awards"][0])

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The tables as the file describes them."""
        return list(self.raw["table"])

    def figure(self, kind: str) -> int | None:
        """The figure of TT1 in force."""
        key = ("TT1", self.award, kind)
        known = [one for one in self.raw["parameter"] if (one["criterion"], one["award"], one["kind"]) == key and one["from"] <= self.last]
        return max(known, key=lambda one: one["from"]).get("value") if known else None

    def choices(self, column: dict[str, Any]) -> dict[str, str]:
        """Every accepted spelling and what it stands for."""
        listed = column["choices"]
        if listed == "@unit_codes":
            entries = [{"label": one["code"]} for one in self.raw["unit"]]
        elif listed == "@units":
            entries = [{"label": one["name"], "aliases": one["aliases"]} for one in self.raw["unit"]]
        elif listed == "@contents":
            entries = [{"label": one["name"], "code": one["code"]} for one in self.raw["content"]]
        elif listed in {"@awards", "@used_for"}:
            entries = [{"label": one["name"], "code": one["code"], "aliases": [one["short"]]} for one in self.raw["award"]]
            entries = [one for one in entries if listed == "@used_for" or one["code"] == self.award]
            entries += [{"label": "Không"}] if listed == "@used_for" else []
        else:
            entries = next(one["choice"] for one in self.raw["list"] if one["id"] == listed)
        found = {}
        for entry in entries:
            for spelling in (entry["label"], entry.get("code"), *entry.get("aliases", ())):
                if spelling:
                    found[fold(spelling)] = entry.get("code") or entry["label"]
        return found


def fold(text: object) -> str:
    return " ".join(unicodedata.normalize("NFC", str(text)).replace("\xa0", " ").split()).casefold()


def heading(text: object) -> str:
    return fold(text).rstrip(" *")


def text_of(value: object) -> str:
    return " ".join(unicodedata.normalize("NFC", str(value)).replace("\xa0", " ").split())


def parse_date(value: object) -> Any:
    """First and last possible day; a bare year in a date cell comes as a day of 1905."""
    if isinstance(value, datetime):
        number = (value - EXCEL_DAY_ZERO).days
    elif isinstance(value, int | float):
        number = int(value)
    else:
        return parse_written_date(fold(value))
    if 1900 <= number <= 2100:
        return date(number, 1, 1), date(number, 12, 31)
    day = (EXCEL_DAY_ZERO + timedelta(days=number)).date()
    return day, day


def parse_written_date(words: str) -> Any:
    words = words.replace("ngày ", "").replace(" tháng ", "/").replace(" năm ", "/").replace("tháng ", "")
    parts = [int(part) for part in re.split(r"[-/. ]", words) if part.isdigit()]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        parts.reverse()
    *days, year = parts or [0]
    year += 0 if year > 99 else 2000 if year <= 30 else 1900
    try:
        if not days:
            return date(year, 1, 1), date(year, 12, 31)
        if len(days) == 1:
            return date(year, days[0], 1), date(year, days[0], calendar.monthrange(year, days[0])[1])
        return date(year, days[1], days[0]), date(year, days[1], days[0])
    except ValueError:
        return BAD


def parse_money(value: object) -> Any:
    if isinstance(value, int | float):
        return int(value) if value >= 0 else BAD
    words = re.sub(r"\s*(đồng|vnđ|đ|₫)$", "", fold(value))
    found = re.fullmatch(r"([\d.,]+)\s*(tỷ|tỉ|triệu|tr|nghìn|ngàn|k)?", words)
    if not found:
        return BAD
    figure, unit = found.groups()
    if unit is None:
        return int(re.sub(r"[.,]", "", figure)) if re.fullmatch(r"\d+|\d{1,3}([.,]\d{3})+", figure) else BAD
    scale = {"tỷ": 10**9, "tỉ": 10**9, "triệu": 10**6, "tr": 10**6}.get(unit, 10**3)
    return round(float(figure.replace(",", ".")) * scale)


def parse_number(value: object) -> Any:
    if isinstance(value, int | float):
        return value
    words = fold(value).replace("%", "").replace(",", ".")
    return float(words) if re.fullmatch(r"-?\d+(\.\d+)?", words) else BAD


def parse_citizen(value: object) -> Any:
    digits = str(int(value)) if isinstance(value, int | float) else re.sub(r"[ .]", "", str(value))
    digits = digits.zfill(12) if len(digits) in {10, 11} else digits
    return digits if re.fullmatch(r"\d{12}|\d{9}", digits) else BAD


def parse_phone(value: object) -> Any:
    digits = str(int(value)) if isinstance(value, int | float) else re.sub(r"[ .]", "", str(value))
    digits = digits if digits.startswith("0") else f"0{digits}"
    return digits if re.fullmatch(r"0\d{9,10}", digits) else BAD


def parse(value: object, column: dict[str, Any], spellings: dict[str, str] | None) -> Any:  # noqa: PLR0911 – one branch per type
    if fold(value) in {"như trên", "nt"}:
        return BAD
    match column["type"]:
        case "choice":
            return (spellings or {}).get(fold(value), BAD)
        case "date":
            return parse_date(value)
        case "money":
            return parse_money(value)
        case "integer" | "year" | "number" | "percent":
            return parse_number(value)
        case "citizen_id":
            return parse_citizen(value)
        case "phone":
            return parse_phone(value)
        case "name":
            name = text_of(value)
            return name.title() if name.isupper() else name
        case _:
            return text_of(value)


def read_book(path: Path, plan: Plan) -> dict[str, list[Row]] | None:
    """All tables of a workbook as raw rows, or None for a file that is not the form."""
    try:
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object, engine="openpyxl")
    except (ValueError, KeyError, OSError, zipfile.BadZipFile):
        return None
    if any(unicodedata.normalize("NFC", table["sheet"]) not in sheets for table in plan.tables):
        return None
    tables: dict[str, list[Row]] = {}
    for table in plan.tables:
        frame = sheets[table["sheet"]]
        codes = {fold(column["heading"]): column["code"] for column in table["column"]}
        if table["layout"] == "record":
            labels = frame[2].map(heading).map(codes)
            values = frame.assign(code=labels).dropna(subset=["code"]).set_index("code")[3]
            tables[table["code"]] = [{str(code): value for code, value in values.dropna().items()}]
            continue
        head = frame.iloc[HEADINGS].map(heading).map(codes)
        body = frame.iloc[HEADINGS + 1 :].loc[:, head.notna()]
        body.columns = pd.Index(head.dropna())
        key = table.get("key")
        body = body.dropna(how="all", subset=[code for code in body.columns if code != key])
        tables[table["code"]] = [{str(code): value for code, value in row.items() if pd.notna(value)} for row in body.to_dict("records")]
    return tables


def latest(books: list[dict[str, list[Row]]]) -> dict[str, dict[str, list[Row]]]:
    """Per unit the book that was prepared last."""
    chosen: dict[str, tuple[date, dict[str, list[Row]]]] = {}
    for book in books:
        (record,) = book["unit"]
        day = parse_date(record.get("prepared_on"))
        code = str(record["code"])
        if code not in chosen or chosen[code][0] < day[1]:
            chosen[code] = (day[1], book)
    return {code: book for code, (_, book) in chosen.items()}


def holds(condition: dict[str, Any], row: Row) -> bool:
    value = row.get(condition["column"])
    if value is None:
        return False
    return str(value) in condition["is"] if "is" in condition else str(value) not in condition["is_not"]


def check(table: dict[str, Any], row: Row, plan: Plan, keys: dict[str, set[str]], spellings: dict[str, dict[str, str]]) -> Row:
    """The row with understood values; ``_wrong`` are its wrong columns."""
    read: Row = {}
    wrong = set()
    for column in table["column"]:
        code = column["code"]
        if code in row:
            value = parse(row[code], column, spellings.get(code))
            if value is BAD:
                wrong.add(code)
            else:
                read[code] = value
    for column in table["column"]:
        wrong |= wrong_column(column, row, read, plan, keys)
    return {**read, "_wrong": wrong}


def wrong_column(column: dict[str, Any], row: Row, read: Row, plan: Plan, keys: dict[str, set[str]]) -> set[str]:
    """The rules of one column that look beyond the cell."""
    code, value = column["code"], read.get(column["code"])
    if code not in row:
        needed = column.get("required") or any(holds(one, read) for one in column.get("required_when", ()))
        return {code} if needed else set()
    if value is None:
        return set()
    faults = [
        bool(column.get("references")) and any(part.strip() not in keys[code] for part in re.split("[;,]", str(value))),
        any(value not in one["compatible"] and read.get(one["column"]) == one["attested"] for one in column.get("contradictions", ())),
        "at_most" in column and read.get(column["at_most"]) is not None and value > read[column["at_most"]],
        "product_of" in column and not same_product(value, [read.get(one) for one in column["product_of"]]),
        bool(column.get("past")) and value[0] > plan.decided,
        column["type"] in {"integer", "number"} and "minimum" in column and value < column["minimum"],
        column["type"] == "citizen_id" and len(value) == 12 and not citizen_fits(value, read),
        any(holds(one, read) for one in column.get("min_length_when", ())) and len(value) < column["min_length"],
    ]
    return {code} if any(faults) else set()


def same_product(value: float, factors: list[float | None]) -> bool:
    return None in factors or abs((factors[0] or 0) * (factors[1] or 0) - value) <= 1


def citizen_fits(citizen: str, row: Row) -> bool:
    century, woman = divmod(int(citizen[3]), 2)
    born = row.get("birth_date")
    year = born is None or born[0].year == 1900 + 100 * century + int(citizen[4:6])
    return year and row.get("gender") in (None, "Nữ" if woman else "Nam")


def check_unit(book: dict[str, list[Row]], plan: Plan) -> dict[str, list[Row]]:
    nominees = {str(row.get("nominee_id")) for code in ("collectives", "individuals") for row in book[code]}
    evidence = {str(row.get("evidence_id")) for row in book["evidence"]}
    keys = {"nominee_id": nominees, "evidence_id": evidence}
    checked = {}
    for table in plan.tables:
        spellings = {column["code"]: plan.choices(column) for column in table["column"] if column["type"] == "choice"}
        checked[table["code"]] = [check(table, row, plan, keys, spellings) for row in book[table["code"]]]
    return checked


def against(certain: float, possible: float, figure: float | None) -> int:
    if figure is None:
        return 0
    return 1 if certain >= figure else -1 if possible < figure else 0


def judge_deeds(deeds: list[Row], nominees: set[str], nominee_id: str, plan: Plan, figure: int | None) -> dict[str, int]:
    totals: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0])
    for row in deeds:
        unknown = "nominee_id" in row["_wrong"] or row.get("nominee_id") not in nominees
        if not unknown and row["nominee_id"] != nominee_id:
            continue
        first, last = row.get("achieved_on") or (date.min, date.max)
        if "achieved_on" in row["_wrong"]:
            first, last = date.min, date.max
        if last < plan.first or first > plan.last:
            continue
        code = str(row.get("kind")).split("-", maxsplit=1)[0]
        amount = 1 if code != "TT1" else float("inf") if "value_vnd" in row["_wrong"] else row["value_vnd"]
        sure = not row["_wrong"] and plan.first <= first and last <= plan.last and (code != "TT2B" or "effect" in row)
        total = totals[code]
        total[0] += 1
        total[1] += amount if sure else 0
        total[2] += amount
    return {
        code: -1 if not totals[code][0] else against(totals[code][1], totals[code][2], figure if code == "TT1" else 1)
        for code in ("TT1", "TT2A", "TT2B")
    }


def judge(unit: str, tables: dict[str, list[Row]], plan: Plan) -> list[Row]:
    (record,) = tables["unit"]
    nominees = {str(row.get("nominee_id")) for code in ("collectives", "individuals") for row in tables[code]}
    verdicts = []
    for table, kind, name in (("collectives", "collective", "name"), ("individuals", "individual", "full_name")):
        for row in tables[table]:
            if row["_wrong"]:
                continue
            results = judge_deeds(tables["achievements"], nominees, row["nominee_id"], plan, plan.figure(kind))
            for code in ("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"):
                source = record if kind == "individual" and code in {"TC3", "TC5"} else row
                results[code] = {"Đạt": 1, "Không đạt": -1}.get(str(source.get(code)), 0)
            results["P4"] = 1 if row["under_review"] == "Không" else 0
            best = max(results[code] for code in ("TT1", "TT2A", "TT2B"))
            result = min([best, *(value for code, value in results.items() if not code.startswith("TT"))])
            reasons = ", ".join(code for code, value in results.items() if value < 1)
            word = {1: "met", 0: "open", -1: "not_met"}[result]
            verdicts.append(
                {"unit": unit, "nominee_id": row["nominee_id"], "kind": kind, "name": row[name], "result": word, "reasons": reasons}
            )
    return verdicts


def show(value: object) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:%d/%m/%Y}" if value[0] == value[1] else str(value[0].year)
    return "" if value is None else str(value)


def write_books(out: Path, units: dict[str, dict[str, list[Row]]], verdicts: list[Row], plan: Plan) -> None:
    frame = pd.DataFrame(verdicts)
    with pd.ExcelWriter(out / "so-tong-hop.xlsx") as writer:
        for table in plan.tables:
            rows = [{"unit": unit, **row} for unit, tables in units.items() for row in tables[table["code"]]]
            whole = pd.DataFrame([{code: show(value) for code, value in row.items() if code != "_wrong"} for row in rows])
            whole["held"] = [", ".join(sorted(row["_wrong"])) for row in rows]
            if table.get("nominee"):
                whole = whole.merge(frame[["nominee_id", "result", "reasons"]], on="nominee_id", how="left")
            headings = {column["code"]: column["heading"] for column in table["column"]}
            whole.rename(columns=headings).to_excel(writer, sheet_name=table["sheet"], index=False)
    with pd.ExcelWriter(out / "bao-cao-tong-hop.xlsx") as writer:
        frame.pivot_table(index="unit", columns="result", values="name", aggfunc="count", fill_value=0).to_excel(
            writer, sheet_name="Tổng hợp"
        )
        frame.sort_values(["result", "unit", "nominee_id"]).to_excel(writer, sheet_name="Danh sách", index=False)


def context(verdict: Row, tables: dict[str, list[Row]], plan: Plan) -> Row:
    """The fields of the shipped Word templates."""
    raw, (record,) = plan.raw, tables["unit"]
    table = "collectives" if verdict["kind"] == "collective" else "individuals"
    row = next(one for one in tables[table] if one.get("nominee_id") == verdict["nominee_id"])
    mine = [one for one in tables["achievements"] if one.get("nominee_id") == verdict["nominee_id"] and not one["_wrong"]]
    groups: list[Row] = []
    for content in raw["content"]:
        deeds = [
            {
                "when": show(one["achieved_on"]),
                "kind": one["kind"],
                "description": one["description"],
                "money": show(one.get("value_vnd")),
                "details": show(one.get("effect")),
            }
            for one in mine
            if one.get("content") == content["code"]
        ]
        if deeds:
            groups.append({"letter": "abcde"[len(groups)], "name": content["name"], "deeds": deeds})
    held = [one for one in tables["prior_awards"] if one.get("nominee_id") == verdict["nominee_id"] and not one["_wrong"]]
    prior = [
        {"year": show(one["year"]), "name": one["name"], "decision": show(one.get("decision_no")), "type": one["type"]} for one in held
    ]
    nominee = {code: show(value) for code, value in row.items() if code != "_wrong"}
    nominee |= {"name": verdict["name"], "called": f"{row.get('salutation', '')} {verdict['name']}", "workplace": row.get("department", "")}
    organ, total = raw["organ"][0], sum(one.get("value_vnd", 0) for one in mine)
    return {
        "letterhead": {
            "parent": organ["parent"],
            "name": organ["name"],
            "rule": "",
            "place": organ["place"],
            "day": "ngày … tháng … năm 2023",
        },
        "movement": {"title": raw["campaign"]["title"], "period": "2021 - 2025", "window": f"{plan.first:%d/%m/%Y} - {plan.last:%d/%m/%Y}"},
        "award": next(one for one in raw["award"] if one["code"] == plan.award),
        "unit": record,
        "nominee": nominee,
        "contents": groups,
        "total": f"{total:,}" if total else "",
        "total_words": "",
        "standards": [
            {"number": one["code"], "text": one["text"], "attested": show(row.get(one["code"]))}
            for one in raw["criterion"]
            if one["code"].startswith("TC")
        ],
        "titles": [one for one in prior if one["type"] == "Danh hiệu thi đua"],
        "awards": [one for one in prior if one["type"] != "Danh hiệu thi đua"],
    }


def write_reports(out: Path, word: Path, units: dict[str, dict[str, list[Row]]], verdicts: list[Row], plan: Plan) -> None:
    for verdict in verdicts:
        if verdict["result"] == "met":
            name = f"bao-cao-chuyen-de-{'tap-the' if verdict['kind'] == 'collective' else 'ca-nhan'}.docx"
            folder = out / "ho-so" / plan.award / verdict["nominee_id"]
            folder.mkdir(parents=True)
            template = DocxTemplate(word / name)
            template.render(context(verdict, units[verdict["unit"]], plan), autoescape=True)
            template.save(folder / "bao-cao-thanh-tich.docx")


def main(folder: Path, round_id: str, out: Path) -> None:
    plan = Plan.load(folder / "campaign.toml", round_id)
    seen, books = set(), []
    for path in sorted((folder / "inbox").glob("*.xlsx")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if path.name.startswith("~$") or digest in seen:
            continue
        seen.add(digest)
        book = read_book(path, plan)
        if book is not None:
            books.append(book)
    units = {code: check_unit(book, plan) for code, book in latest(books).items()}
    verdicts = [verdict for code, tables in units.items() for verdict in judge(code, tables, plan)]
    out.mkdir(parents=True, exist_ok=True)
    write_books(out, units, verdicts, plan)
    write_reports(out, folder / "word", units, verdicts, plan)
    results = {verdict["nominee_id"]: verdict["result"] for verdict in verdicts}
    (out / "ket-qua.json").write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
