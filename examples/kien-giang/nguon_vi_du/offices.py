"""The units of the campaign with their people: who registers, for which deeds, with which evidence."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import cast

from nguon_vi_du.deeds import Cells, Deeds, Numbers
from nguon_vi_du.people import People, Person, salutation
from nguon_vi_du.truth import Registration

AWARD = "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh"
EXCELLENT, GOOD = "Hoàn thành xuất sắc nhiệm vụ", "Hoàn thành tốt nhiệm vụ"
LEADERS, STAFF, WORKERS = "Lãnh đạo phòng, đơn vị", "Công chức, viên chức", "Người lao động"


@dataclass(frozen=True, slots=True)
class Office:
    """A unit: its code and name in the campaign, its parts, how many people it registers, how its people are called."""

    code: str
    name: str
    kind: str
    people: int
    prepared_on: date
    head: str
    deputy: str
    staff: list[str]
    duties: str
    parts: list[str] = field(default_factory=list)


def offices() -> list[Office]:
    """The offices of ``offices.toml``, in its order."""
    said = tomllib.loads((Path(__file__).parent / "offices.toml").read_text(encoding="utf-8"))
    return [Office(**one) for one in said["office"]]


class Maker:
    """Makes the registrations of all offices from one source of chance."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._people = People(random)
        self._deeds = Deeds(random)
        self._numbers = Numbers()

    def registrations(self) -> dict[str, Registration]:
        """One per office, by its code."""
        return {office.code: self._registration(office) for office in offices()}

    def _registration(self, office: Office) -> Registration:
        head = self._people.person(44, 57)
        staff = [head, *(self._people.person() for _ in range(office.people - 1))]
        collectives = list(self._collectives(office, head))
        individuals = list(self._individuals(office, staff))
        achievements = [cells for row in collectives for cells in self._achievements(office, row, large=True)]
        achievements += [cells for row in individuals for cells in self._achievements(office, row, large=False)]
        evidence = list(self._evidence(office, achievements))
        for number, cells in enumerate(achievements, 1):
            cells["achievement_id"] = f"{office.code}-T{number:03d}"
        tables = {
            "unit": [self._unit(office, head, collectives, individuals)],
            "collectives": collectives,
            "individuals": individuals,
            "achievements": achievements,
            "prior_awards": list(self._prior_awards(collectives, individuals)),
            "evidence": evidence,
        }
        return Registration(office.code, tables)

    def _unit(self, office: Office, head: Person, collectives: Sequence[Cells], individuals: Sequence[Cells]) -> Cells:
        total = len(individuals) + self._random.randint(1, 6)
        return {
            "code": office.code,
            "name": office.name,
            "kind": office.kind,
            "preparer": str(individuals[-1]["full_name"]),
            "phone": self._people.phone(),
            "email": f"{office.code.lower()}@example.vn",
            "head_name": head.name,
            "head_title": office.head,
            "prepared_on": office.prepared_on,
            "declared_collectives": len(collectives),
            "declared_individuals": len(individuals),
            "staff_total": total,
            "staff_women": sum(row["gender"] == "Nữ" for row in individuals),
            "TC3": "Đạt",
            "TC5": "Đạt",
            "party_rating": EXCELLENT if self._random.random() < 0.4 else GOOD,
            "union_rating": EXCELLENT if self._random.random() < 0.5 else GOOD,
        }

    def _collectives(self, office: Office, head: Person) -> Iterator[Cells]:
        random = self._random
        leaders = [head, *(self._people.person(35, 55) for _ in office.parts)]
        for number, (name, leader) in enumerate(zip((office.name, *office.parts), leaders, strict=True), 1):
            members = office.people + 3 if number == 1 else random.randint(6, 11)
            yield {
                "nominee_id": f"{office.code}-TT{number:02d}",
                "name": name if number == 1 else f"{name}, {office.name}",
                "head_name": leader.name,
                "head_title": office.head if number == 1 else "Trưởng phòng",
                "members": members,
                "women": random.randint(2, members // 2),
                "address": "Số 999 đường Nguyễn Trung Trực, phường An Hòa, thành phố Rạch Giá (địa chỉ ví dụ)",
                "phone": f"0297{random.randint(3_000_000, 3_999_999)}",
                "duties": office.duties,
                "award_sought": AWARD,
                **dict.fromkeys(("TC1", "TC2", "TC3", "TC4", "TC5", "TC6"), "Đạt"),
                "performance": random.choice((EXCELLENT, GOOD)),
                "party_rating": random.choice((EXCELLENT, GOOD)),
                "union_rating": random.choice((EXCELLENT, GOOD)),
                "discipline": "Không",
                "under_review": "Không",
            }

    def _individuals(self, office: Office, staff: Sequence[Person]) -> Iterator[Cells]:
        random = self._random
        departments = office.parts or [office.name]
        for number, person in enumerate(staff, 1):
            position = office.head if number == 1 else office.deputy if number <= 3 else random.choice(office.staff)
            worker = position.startswith("Nhân viên")
            yield {
                "nominee_id": f"{office.code}-CN{number:03d}",
                "salutation": salutation(person),
                "full_name": person.name,
                "birth_date": person.born,
                "gender": person.gender,
                "citizen_id": person.citizen_id,
                "hometown": person.hometown,
                "residence": person.residence,
                "position": position,
                "department": office.name if number <= 3 else random.choice(departments),
                "category": LEADERS if number <= 3 else WORKERS if worker else STAFF,
                "qualification": "Trung học phổ thông" if worker else person.degree,
                "party_member": "Có" if number <= 3 or random.random() < 0.55 else "Không",
                "award_sought": AWARD,
                **dict.fromkeys(("TC1", "TC2", "TC4", "TC6"), "Đạt"),
                "performance": random.choices((EXCELLENT, GOOD), (3, 7))[0],
                "discipline": "Không",
                "under_review": "Không",
            }

    def _achievements(self, office: Office, nominee: Cells, *, large: bool) -> Iterator[Cells]:
        """One to three deeds; one person in three has a petition, an initiative, a solution or a model among them."""
        count = self._random.choices((1, 2, 3), (2, 4, 3) if large else (6, 4, 1))[0]
        ideas = self._random.random() < (0.7 if large else 0.34)
        for number in range(count):
            if number == 0 and ideas:
                cells = self._deeds.petition(office.code) if self._random.random() < 0.3 else self._deeds.idea()
            else:
                cells = self._deeds.contribution(large=large)
            yield {"nominee_id": nominee["nominee_id"], **cells}

    def _evidence(self, office: Office, achievements: Sequence[Cells]) -> Iterator[Cells]:
        """Every deed gets its paper; one paper in four serves the deed that follows as well."""
        number = 0
        for cells in achievements:
            if number == 0 or self._random.random() > 0.25:
                number += 1
                yield self._paper(office, number, cells)
            cells["evidence_id"] = f"{office.code}-MC{number:02d}"

    def _paper(self, office: Office, number: int, deed: Cells) -> Cells:
        kind, day = str(deed["kind"]), cast("date", deed["achieved_on"])
        serial = self._random.randint(12, 480)
        title, document_no, issuer = {
            "TT1": ("Giấy xác nhận đóng góp", f"{serial}/XN-UBMTTQ", "Ủy ban Mặt trận Tổ quốc Việt Nam cấp xã"),
            "TT2A": ("Văn bản kiến nghị", f"{serial}/SXD-{office.code}", "Sở Xây dựng"),
            "TT2B": ("Báo cáo sáng kiến, giải pháp, mô hình", f"{serial}/BC-{office.code}", office.name),
        }[kind.split("-", maxsplit=1)[0]]
        return {
            "evidence_id": f"{office.code}-MC{number:02d}",
            "title": title,
            "document_no": document_no,
            "issued_on": day + timedelta(days=self._random.randint(0, 9)),
            "issued_by": issuer,
            "file_name": f"{office.code}-MC{number:02d}.pdf",
        }

    def _prior_awards(self, collectives: Sequence[Cells], individuals: Sequence[Cells]) -> Iterator[Cells]:
        for nominee in (*collectives, *individuals):
            together = nominee in collectives
            for year in (2020, 2021, 2022):
                if self._random.random() < (0.6 if together else 0.28):
                    yield {"nominee_id": nominee["nominee_id"], **self._prior_award(year, together=together)}

    def _prior_award(self, year: int, *, together: bool) -> Cells:
        titles = (
            ("Tập thể lao động tiên tiến", "Tập thể lao động xuất sắc") if together else ("Lao động tiên tiến", "Chiến sĩ thi đua cơ sở")
        )
        awards = ("Giấy khen của Giám đốc Sở Xây dựng", "Bằng khen của Chủ tịch UBND tỉnh")
        is_title = self._random.random() < 0.65
        name = self._random.choice(titles if is_title else awards)
        province = name in {"Tập thể lao động xuất sắc", "Bằng khen của Chủ tịch UBND tỉnh"}
        number = self._random.randint(15, 990)
        day = date(year, 12, 20) + timedelta(days=self._random.randint(0, 50))
        return {
            "year": year,
            "type": "Danh hiệu thi đua" if is_title else "Hình thức khen thưởng",
            "name": name,
            "category": "Công trạng",
            "decision_no": self._numbers.free(number, day, f"QĐ-{'UBND' if province else 'SXD'}"),
            "decision_date": day,
            "issued_by": "UBND tỉnh Kiên Giang" if province else "Sở Xây dựng",
        }
