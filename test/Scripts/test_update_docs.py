"""scripts/update-docs notices pages that differ from the descriptions."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/update-docs"


def check(folder):
    done = subprocess.run(
        [sys.executable, SCRIPT, "--check", "--folder", folder],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_stale_missing_and_left_over_pages(tmp_path):
    subprocess.run([sys.executable, SCRIPT, "--folder", tmp_path], check=True)
    assert check(tmp_path) == (0, "")
    (tmp_path / "index.md").write_text("edited\n")
    (tmp_path / "gone.md").write_text("left over\n")
    status, text = check(tmp_path)
    assert status == 1
    assert "index.md is stale; run scripts/update-docs" in text
    assert "gone.md has no source any more" in text
    (tmp_path / "index.md").unlink()
    assert "index.md is missing" in check(tmp_path)[1]
