"""Invented people of an invented office: names by their frequency in the Mekong delta, citizen ids that pass every check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FAMILY = {
    "Nguyễn": 36, "Trần": 12, "Lê": 10, "Phạm": 7, "Huỳnh": 6, "Võ": 5, "Phan": 4, "Danh": 3, "Lâm": 3, "Trương": 3, "Đặng": 2,
    "Bùi": 2, "Dương": 2, "Ngô": 2, "Đỗ": 2, "Hồ": 2, "Lý": 1, "Mai": 1, "Cao": 1, "Đoàn": 1, "Tô": 1, "Châu": 1, "Thái": 1,
}  # fmt: skip
MIDDLE = {
    "Nam": ("Văn", "Văn", "Minh", "Thanh", "Hoàng", "Quốc", "Hữu", "Thành", "Trung", "Đức", "Công", "Ngọc", "Chí", "Phước", "Anh"),
    "Nữ": ("Thị", "Thị", "Thị Kim", "Thị Ngọc", "Ngọc", "Thùy", "Mỹ", "Thanh", "Kim", "Bích", "Hồng", "Thị Mỹ", "Phương", "Thị Thu"),
}
GIVEN = {
    "Nam": (
        "An", "Bình", "Cường", "Dũng", "Duy", "Đạt", "Giang", "Hải", "Hậu", "Hiếu", "Hòa", "Hùng", "Hưng", "Khánh", "Khoa", "Kiệt", "Lâm",
        "Linh", "Long", "Lộc", "Luân", "Minh", "Nam", "Nghĩa", "Nhân", "Phong", "Phú", "Phúc", "Quân", "Quang", "Sang", "Sơn", "Tài",
        "Tâm", "Tân", "Thắng", "Thịnh", "Thuận", "Tiến", "Toàn", "Trí", "Trọng", "Trường", "Tuấn", "Tùng", "Vinh", "Vũ",
    ),
    "Nữ": (
        "Anh", "Bích", "Cúc", "Diễm", "Dung", "Duyên", "Đào", "Giang", "Hà", "Hạnh", "Hằng", "Hân", "Hiền", "Hoa", "Hồng", "Huệ", "Hương",
        "Khanh", "Lan", "Liên", "Linh", "Loan", "Ly", "Mai", "My", "Nga", "Ngân", "Ngọc", "Nguyệt", "Nhi", "Nhung", "Oanh", "Phượng",
        "Quyên", "Thảo", "Thơ", "Thủy", "Thư", "Tiên", "Trang", "Trâm", "Trinh", "Tuyền", "Tuyết", "Uyên", "Vân", "Xuân", "Yến",
    ),
}  # fmt: skip
COMMUNES = {
    "Giồng Riềng": ("Thạnh Lộc", "Ngọc Chúc", "Hòa Hưng", "Bàn Tân Định", "Thạnh Hưng", "Long Thạnh"),
    "Gò Quao": ("Định An", "Thủy Liễu", "Thới Quản", "Định Hòa", "Vĩnh Hòa Hưng Bắc"),
    "An Biên": ("Đông Thái", "Nam Yên", "Hưng Yên", "Tây Yên A"),
    "An Minh": ("Đông Hưng B", "Vân Khánh", "Thuận Hòa", "Đông Thạnh"),
    "Hòn Đất": ("Bình Sơn", "Thổ Sơn", "Sơn Kiên", "Lình Huỳnh"),
    "Giang Thành": ("Phú Mỹ", "Vĩnh Điều", "Tân Khánh Hòa", "Phú Lợi"),
    "Vĩnh Thuận": ("Vĩnh Bình Nam", "Phong Đông", "Tân Thuận", "Vĩnh Phong"),
    "U Minh Thượng": ("Minh Thuận", "An Minh Bắc", "Thạnh Yên"),
    "Kiên Lương": ("Dương Hòa", "Kiên Bình", "Hòa Điền"),
    "Châu Thành": ("Minh Hòa", "Giục Tượng", "Mong Thọ A"),
    "Tân Hiệp": ("Thạnh Đông", "Tân Hội", "Thạnh Trị"),
}
STREETS = ("Nguyễn Trung Trực", "Lâm Quang Ky", "Trần Phú", "Mạc Cửu", "Lạc Hồng", "Tôn Đức Thắng", "Ngô Quyền", "Cách Mạng Tháng Tám")
WARDS = ("An Hòa", "Vĩnh Lạc", "Vĩnh Thanh", "Vĩnh Bảo", "Rạch Sỏi", "Vĩnh Quang", "An Bình")
DEGREES = (
    "Kỹ sư xây dựng", "Kỹ sư xây dựng", "Kiến trúc sư", "Kỹ sư cấp thoát nước", "Kỹ sư hạ tầng đô thị", "Thạc sĩ quản lý xây dựng",
    "Cử nhân kinh tế", "Cử nhân kế toán", "Cử nhân luật", "Thạc sĩ quy hoạch vùng và đô thị", "Kỹ sư vật liệu xây dựng",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person."""

    name: str
    gender: str
    born: date
    citizen_id: str
    hometown: str
    residence: str
    degree: str


class People:
    """Makes people, no two of one name."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._names: set[str] = set()
        self._ids: set[str] = set()

    def person(self, youngest: int = 24, oldest: int = 57) -> Person:
        """A person of an age (in 2023) between two bounds."""
        random = self._random
        gender = random.choices(("Nam", "Nữ"), (11, 9))[0]
        born = date(2023 - random.randint(youngest, oldest), 1, 1) + timedelta(days=random.randrange(365))
        district = random.choice(list(COMMUNES))
        return Person(
            name=self._name(gender),
            gender=gender,
            born=born,
            citizen_id=self._citizen_id(gender, born),
            hometown=f"Xã {random.choice(COMMUNES[district])}, huyện {district}, tỉnh Kiên Giang",
            residence=f"Số {random.randint(3, 480)} đường {random.choice(STREETS)}, phường {random.choice(WARDS)}, thành phố Rạch Giá",
            degree=random.choice(DEGREES),
        )

    def phone(self) -> str:
        """A mobile number that nobody has: 0900 is followed by a zero."""
        return f"09000{self._random.randrange(10_000, 99_999)}"

    def _name(self, gender: str) -> str:
        while True:
            family = self._random.choices(list(FAMILY), list(FAMILY.values()))[0]
            name = f"{family} {self._random.choice(MIDDLE[gender])} {self._random.choice(GIVEN[gender])}"
            words = name.split()
            if name not in self._names and len(set(words)) == len(words):
                self._names.add(name)
                return name

    def _citizen_id(self, gender: str, born: date) -> str:
        """Province of registration, century and gender, year of birth, six digits (TT 59/2021/TT-BCA Đ4)."""
        province = self._random.choices(("091", "089", "092", "095"), (88, 6, 4, 2))[0]
        while True:
            number = f"{province}{int(gender == 'Nữ')}{born:%y}{self._random.randrange(1_000_000):06d}"
            if number not in self._ids:
                self._ids.add(number)
                return number


def salutation(person: Person) -> str:
    """Ông or Bà."""
    return "Bà" if person.gender == "Nữ" else "Ông"
