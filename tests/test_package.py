"""What is shipped: the schemas are in the wheel and the sdist, and are found from each kind of install."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from tests.support import ROOT

FOLDER = ROOT / "schemas"
SCHEMAS = {path.relative_to(FOLDER).as_posix(): path.read_bytes() for path in sorted(FOLDER.rglob("*.json"))}
SHOW = (
    "import pirgen, pathlib; from pirgen.schema import FOLDER; from pirgen.templating import Templates;"
    "print(pathlib.Path(pirgen.__file__).parent); print(FOLDER);"
    "print(*sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob('*.json')))"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel (made from the sdist) and the sdist."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


def test_the_wheel_ships_schemas_templates_and_types(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        shipped = {name: archive.read(f"pirgen/schemas/{name}") for name in SCHEMAS}
    assert shipped == SCHEMAS
    assert "pirgen/py.typed" in names
    assert "pirgen/templates/review.md.j2" in names
    assert "pirgen/warehouse/dbt/models/pirgen_figures.sql" in names
    assert not [name for name in names if name.startswith(("tests/", "docs/", "pir/"))]
    assert len(names) == len(set(names))


def test_the_sdist_ships_schemas_once(built: Path) -> None:
    [sdist] = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = [name.split("/", 1)[1] for name in archive.getnames()]
    assert sorted(name for name in names if name.endswith(".schema.json")) == [f"schemas/{name}" for name in SCHEMAS]


def test_two_builds_give_the_same_files(built: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere/pirgen"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    for name in reversed(names):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
        (copy / name).chmod(0o600)
        os.utime(copy / name, (1_000_000_000, 1_000_000_000))
    command = [sys.executable, "-m", "build", "--installer", "uv", "--outdir", str(tmp_path), str(copy)]
    environment = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    subprocess.run(command, check=True, capture_output=True, env=environment, umask=0o077)
    for one in built.iterdir():
        if one.name != ".gitignore":
            assert (tmp_path / one.name).read_bytes() == one.read_bytes(), one.name


def test_an_install_from_the_wheel_finds_them(built: Path, tmp_path: Path) -> None:
    [wheel] = built.glob("*.whl")
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env/bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    done = subprocess.run([python, "-c", SHOW], cwd=tmp_path, check=True, capture_output=True, text=True)
    package, folder, names = done.stdout.splitlines()
    assert Path(package).is_relative_to(tmp_path)
    assert folder == f"{package}/schemas"
    assert names.split() == sorted(SCHEMAS)
    new = subprocess.run([tmp_path / "env/bin/pirgen", "new"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert new.stdout == "pir/INC-001.yaml\n"
    lint = subprocess.run([tmp_path / "env/bin/pirgen", "lint"], cwd=tmp_path, capture_output=True, text=True)
    assert lint.stdout == "1 file checked: all good\n"
    zone = "from pirgen.review.timeline import zone_of; assert zone_of('Europe/Berlin')"
    nowhere = {**os.environ, "PYTHONTZPATH": ""}  # as on a machine without files of time zones
    subprocess.run([python, "-c", zone], cwd=tmp_path, env=nowhere, check=True)


def test_a_working_copy_finds_those_beside_it() -> None:
    done = subprocess.run([sys.executable, "-c", SHOW], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[1] == str(ROOT / "schemas")
