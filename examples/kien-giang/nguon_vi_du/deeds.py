"""What people of a construction department do for the poor: plausible, invented deeds with figures."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random

from nguon_vi_du.people import COMMUNES

Value = str | int | float | date | tuple[int, ...] | None
"""A cell as it is meant; ``(2023, 6)`` and ``(2023,)`` are dates of which no more is known."""
Cells = dict[str, Value]

HAMLETS = ("Xẻo Lùng", "Kinh Năm", "Thạnh Trung", "Hòa Thuận", "Tân Lợi", "Vĩnh Lộc", "Cái Nước", "Đập Đá", "Xà Xiêm", "Minh Thành")


@dataclass(frozen=True, slots=True)
class Money:
    """A gift of money: ``each`` đồng (or one of several sums) times a number from ``times``."""

    content: str
    text: str
    each: list[int]
    times: list[int]


@dataclass(frozen=True, slots=True)
class Goods:
    """A gift in kind."""

    content: str
    text: str
    item: str
    measure: str
    price: int
    quantity: list[int]


@dataclass(frozen=True, slots=True)
class Labour:
    """Days of work."""

    content: str
    text: str


@dataclass(frozen=True, slots=True)
class Idea:
    """A petition (no ``effect``), initiative, solution or model."""

    kind: str
    content: str
    text: str
    effect: str = ""
    amount: list[int] = field(default_factory=list)
    measure: str = ""


class Catalogue:
    """The deeds of ``deeds.toml``."""

    def __init__(self) -> None:
        said = tomllib.loads((Path(__file__).parent / "deeds.toml").read_text(encoding="utf-8"))
        self.money = [Money(one["content"], one["text"], one["each"], one.get("times", [1, 1])) for one in said["money"]]
        self.goods = [Goods(**one) for one in said["goods"]]
        self.labour = [Labour(**one) for one in said["labour"]]
        self.petitions = [Idea(**one) for one in said["petition"]]
        self.ideas = [Idea(**one) for one in said["idea"]]


class Deck:
    """Gives every card once before any comes again."""

    def __init__(self, random: Random, cards: Sequence[Idea]) -> None:
        self._random = random
        self._cards = cards
        self._left: list[Idea] = []

    def draw(self) -> Idea:
        """The next card of the shuffled deck."""
        if not self._left:
            self._left = self._random.sample(self._cards, len(self._cards))
        return self._left.pop()


class Numbers:
    """Hands out numbers of decisions: within a year no body gives one number to two days."""

    def __init__(self) -> None:
        self._days: dict[tuple[int, int, str], date] = {}

    def free(self, wanted: int, day: date, series: str) -> str:
        """The wanted number of a series such as QĐ-SXD, or the next that is not of another day."""
        while self._days.setdefault((wanted, day.year, series), day) != day:
            wanted += 1
        return f"{wanted}/{series}"


class Deeds:
    """Makes achievements of one kind or another, dated inside the window of the round."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._catalogue = Catalogue()
        self._petitions = Deck(random, self._catalogue.petitions)
        self._ideas = Deck(random, self._catalogue.ideas)
        self._numbers = Numbers()

    def contribution(self, *, large: bool) -> Cells:
        """Money, goods or days of work; ``large``: what a whole collective gives."""
        kind = self._random.choices(("money", "goods", "labour"), (6, 4, 1 if not large else 0))[0]
        if kind == "money":
            return self._money(4 if large else 1)
        return self._goods(3 if large else 1) if kind == "goods" else self._labour()

    def petition(self, unit: str) -> Cells:
        """A petition with its document and what became of it."""
        idea, day = self._petitions.draw(), self._day()
        document = f"{self._random.randint(120, 2400)}/SXD-{unit} ngày {day.day}/{day.month}/{day.year} gửi UBND tỉnh"
        result = self._random.choice(("Chưa trả lời", "Đang nghiên cứu", "Được tiếp thu", "Đã ban hành"))
        return self._deed(idea.kind, idea.content, idea.text, day) | {"petition_document": document, "petition_result": result}

    def idea(self) -> Cells:
        """An initiative, solution or model with its effect; two in five have been recognised by a decision."""
        idea, day = self._ideas.draw(), self._day(latest=date(2023, 4, 28))
        amount = self._random.randint(*idea.amount)
        facts = self._facts(day)
        cells = self._deed(idea.kind, idea.content, idea.text, day, facts)
        cells |= {"effect": idea.effect.format(amount=amount, **facts), "effect_amount": amount, "effect_unit": idea.measure}
        if self._random.random() < 0.4:
            recognised = day + timedelta(days=self._random.randint(12, 60))
            cells |= {
                "recognized_by": "Hội đồng sáng kiến Sở Xây dựng",
                "decision_no": self._numbers.free(self._random.randint(30, 290), recognised, "QĐ-SXD"),
                "decision_date": recognised,
            }
        return cells

    def _money(self, scale: int) -> Cells:
        gift, day = self._random.choice(self._catalogue.money), self._day()
        times = self._random.randint(*gift.times)
        facts = self._facts(day) | {"times": times}
        return self._deed("TT1-TIEN", gift.content, gift.text, day, facts) | {"value_vnd": scale * times * self._random.choice(gift.each)}

    def _goods(self, scale: int) -> Cells:
        gift, day = self._random.choice(self._catalogue.goods), self._day()
        quantity = scale * self._random.randint(*gift.quantity)
        valuation = self._random.choice(
            (
                f"Hóa đơn số {self._random.randint(101, 2980):07d} ngày {day.day}/{day.month}/{day.year}",
                f"Công bố giá vật liệu của Sở Xây dựng tháng {day.month}/{day.year}",
                "Giá thị trường tại nơi mua, có biên nhận",
            )
        )
        return self._deed("TT1-HIENVAT", gift.content, gift.text, day) | {
            "value_vnd": quantity * gift.price,
            "item": gift.item,
            "unit_of_measure": gift.measure,
            "quantity": quantity,
            "unit_price": gift.price,
            "valuation": valuation,
        }

    def _labour(self) -> Cells:
        gift = self._random.choice(self._catalogue.labour)
        day, times = self._day(), self._random.randint(3, 20)
        return self._deed("TT1-NGAYCONG", gift.content, gift.text, day, self._facts(day) | {"times": times}) | {
            "value_vnd": times * 280_000,
            "unit_of_measure": "ngày công",
            "quantity": times,
            "unit_price": 280_000,
        }

    def _deed(self, kind: str, content: str, text: str, day: date, facts: dict[str, str | int] | None = None) -> Cells:
        words = text.format(**(facts or self._facts(day)))
        return {"kind": kind, "content": content, "achieved_on": day, "description": words, "used_for": "Không"}

    def _facts(self, day: date) -> dict[str, str | int]:
        district = self._random.choice(list(COMMUNES))
        place = f"ấp {self._random.choice(HAMLETS)}, xã {self._random.choice(COMMUNES[district])}, huyện {district}"
        numbers = {"few": self._random.randint(2, 6), "many": self._random.randint(28, 120)}
        return {"place": place, "district": district, "year": day.year, "month": day.month} | numbers

    def _day(self, latest: date = date(2023, 6, 9)) -> date:
        first = date(2021, 2, 1)
        day = first + timedelta(days=self._random.randrange((latest - first).days))
        return day - timedelta(days=max(0, day.weekday() - 4))
