"""The package as installed: from a wheel, outside the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel of this checkout; the dependencies are those of the running one."""
    home = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(home), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    venv.create(home / "venv", with_pip=False)
    python = next((home / "venv").rglob("python.exe"), home / "venv" / "bin" / "python")
    wheel = next(home.glob("*.whl"))
    site = subprocess.run([python, "-c", "import site; print(site.getsitepackages()[0])"], check=True, capture_output=True, text=True)
    packages = Path(site.stdout.strip())
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(packages)], check=True)
    # The dependencies come from the running environment, but not this checkout's editable install of the package itself
    libraries = Path(pytest.__file__).parent.parent
    (packages / "libraries.pth").write_text(f"{libraries}\n", encoding="utf-8")
    return python


def _run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([python, "-I", *arguments], check=False, capture_output=True, text=True, encoding="utf-8", cwd=cwd)


def test_wheel_works_outside_the_checkout(installed: Path, tmp_path: Path) -> None:
    """The wheel carries templates, example and words: init, campaign check and issue work from an empty folder."""
    where = _run(installed, "-c", "import thidua_xlsx; print(thidua_xlsx.__file__)", cwd=tmp_path)
    assert str(ROOT) not in where.stdout, where.stdout + where.stderr
    for command in (
        ("init", "thi-dua"),
        ("campaign", "check", "thi-dua/campaign.toml"),
        ("issue", "-C", "thi-dua", "--round", "so-ket-2023", "--unit", "QLN"),
    ):
        done = _run(installed, "-m", "thidua_xlsx", *command, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "thi-dua" / "issued" / "so-ket-2023" / "QLN.xlsx").is_file()


def test_demo_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    """``thidua demo`` needs nothing but the wheel, and ends with exit code 0."""
    done = _run(installed, "-m", "thidua_xlsx", "demo", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "vi-du-thi-dua" / "output" / "so-ket-2023" / "ket-qua.json").is_file()


def test_start_up_imports_nothing_heavy() -> None:
    """Asking for help imports neither pandas, openpyxl, docxtpl, xlsxwriter nor numpy."""
    program = "import sys; from thidua_xlsx import cli; print([name for name in sys.modules if name.split('.')[0] in sys.argv[1].split()])"
    heavy = "pandas openpyxl docxtpl docx xlsxwriter numpy rapidfuzz rich"
    done = subprocess.run([sys.executable, "-c", program, heavy], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
