"""Write the registration workbook that is shipped for the plan; ``make templates`` runs it, a test holds it to the code."""

from __future__ import annotations

from pathlib import Path

from thidua_xlsx import load_campaign
from thidua_xlsx.template import write_workbook

HERE = Path(__file__).parent
SHIPPED_FOR = ("dang-ky-2022", "VP")


def generate(campaign_folder: Path, target: Path) -> None:
    """The blank workbook of the plan's first round, as ``thidua issue`` makes it for Văn phòng."""
    round_id, unit = SHIPPED_FOR
    write_workbook(target, load_campaign(campaign_folder), round_id, unit)


if __name__ == "__main__":
    generate(HERE / "kien-giang", HERE / "kien-giang" / "phieu-dang-ky.xlsx")
