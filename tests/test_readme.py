"""What the README promises."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from thidua_xlsx import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The Python block of the README runs as it stands, in a folder with the example in it."""
    shutil.copytree(ROOT / "examples" / "kien-giang", tmp_path / "thi-dua")
    if not (tmp_path / "thi-dua" / "word").is_dir():
        shutil.copytree(ROOT / "workbook_templates" / "kien-giang" / "word", tmp_path / "thi-dua" / "word")
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(block, "README.md", "exec"), {})  # noqa: S102 – the README is ours
    printed = capsys.readouterr().out
    assert "BK Chủ tịch UBND tỉnh" in printed
    assert "QLN" in printed


def test_commands_of_the_readme_exist() -> None:
    """Every ``thidua`` command the README shows is one the program knows."""
    shown = set(re.findall(r"`thidua ([a-z]+)", README))
    assert shown
    assert shown <= set(cli.cli.commands)


def test_files_the_readme_points_to_exist() -> None:
    """Links and pictures of the README lead somewhere."""
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert links
    assert not [link for link in links if not (ROOT / link).is_file()]
