"""The guide "write your own campaign": every snippet, put together, is a campaign that runs from the empty file to the verdicts."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.sheets import Rows, fill
from thidua_xlsx.campaign import CampaignError, load_campaign
from thidua_xlsx.cli import cli

PAGE = Path(__file__).resolve().parents[1] / "docs" / "viet-phong-trao-moi.md"
WORDS = PAGE.read_text(encoding="utf-8")


def blocks(kind: str) -> list[str]:
    """The fenced blocks of the page of one kind, in its order."""
    return re.findall(rf"```{kind}\n(.*?)```", WORDS, re.DOTALL)


def run(line: str) -> str:
    """A command of the page, which has to end well."""
    done = CliRunner().invoke(cli, line.split()[1:])
    assert done.exit_code == 0, (line, done.output)
    return done.output


FAMILIES: Rows = {
    "unit": [{"prepared_on": date(2025, 11, 20)}],
    "households": [
        {"name": f"Hộ bà {name}", "head_name": name, "award_sought": award, "QUYUOC": said}
        for name, award, said in (
            ("Trần Thị Bình", "Giấy khen", "Đạt"),
            ("Lê Thị Cúc", "Giấy khen", None),
            ("Phạm Thị Đào", "Giấy khen", "Không đạt"),
            ("Vũ Thị Hoa", "BK phường", "Đạt"),
        )
    ],
    "scores": [
        {"nominee_id": f"KP1-HO0{number}", "item": item, "points": points, "maximum": 10, "scored_on": date(2025, 11, 1)}
        for number in range(1, 5)
        for item, points in (("HT", 8), ("KH", 7.5))
    ],
}


def test_the_page_taken_literally_gives_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever copies the snippets and types the commands gets a sound campaign, forms, and the four verdicts of the last step."""
    monkeypatch.chdir(tmp_path)
    init, check, *rest = [line for block in blocks("sh") for line in block.splitlines()]
    issue, merge = rest
    run(init)
    home = tmp_path / "khuyen-hoc"
    (home / "campaign.toml").write_text("\n".join(blocks("toml")), encoding="utf-8")
    said = run(check)
    assert "đúng. 2 đơn vị, 3 bảng, 3 tiêu chuẩn, 2 hình thức khen thưởng, 1 đợt." in said
    assert "  - DIEM, BK phường: hộ gia đình\n" in said
    assert "Nên xem lại" not in said
    run(issue)
    fill(home / "issued" / "nam-2025" / "KP1.xlsx", home / "inbox" / "KP1.xlsx", FAMILIES)
    run(merge)
    result = json.loads((home / "output" / "nam-2025" / "ket-qua.json").read_text(encoding="utf-8"))
    verdicts = {(one["nominee_id"], one["award"]): one["result"] for one in result["assessments"]}
    assert [verdicts[f"KP1-HO0{number}", "GK"] for number in (1, 2, 3)] == ["met", "open", "not_met"]
    assert {verdicts[f"KP1-HO0{number}", "BK"] for number in (1, 2, 4)} == {"open"}
    assert [found["code"] for found in result["findings"] if found["code"].startswith("A61")] == ["A611"]
    assert "Tổng điểm" in run("thidua explain KP1-HO01 -C khuyen-hoc --round nam-2025")


def test_the_message_it_shows_is_the_message_one_gets(tmp_path: Path) -> None:
    """Left out, the clause of a figure is asked for in the very words of the page."""
    path = tmp_path / "campaign.toml"
    path.write_text("\n".join(blocks("toml")).replace('value = 15.5\nclause = "2"', "value = 15.5"), encoding="utf-8")
    with pytest.raises(CampaignError) as refusal:
        load_campaign(path)
    (shown,) = blocks("text")
    assert [said for said in refusal.value.problems if said.endswith(shown.strip())]


@pytest.mark.parametrize("number", range(len(blocks("toml"))))
def test_every_snippet_is_needed(tmp_path: Path, number: int) -> None:
    """A step that could be left out unnoticed would teach nothing: without it the file is refused, or loses what the step is about."""
    path = tmp_path / "campaign.toml"
    path.write_text("\n".join(blocks("toml")), encoding="utf-8")
    whole = load_campaign(path)
    path.write_text("\n".join(block for place, block in enumerate(blocks("toml")) if place != number), encoding="utf-8")
    if re.match(r"\[\[(parameter|quota|form)\]\]", blocks("toml")[number]):
        less = load_campaign(path)
        assert (less.parameters, less.quotas, less.forms) != (whole.parameters, whole.quotas, whole.forms)
    else:
        with pytest.raises(CampaignError):
            load_campaign(path)


def test_links_lead_somewhere() -> None:
    """Every file that the page points to exists."""
    links = re.findall(r"\]\(([^)#]+)\)", WORDS)
    assert links
    assert not [link for link in links if not (PAGE.parent / link).is_file()]
