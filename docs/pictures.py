"""The pictures of the READMEs: python docs/pictures.py, after make run and make test. Needs Chromium."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[1]
ADDRESS = "http://127.0.0.1:8867/"
VOILA = [Path(sys.executable).with_name("voila"), "--no-browser", "--port=8867", "notebooks/explore.ipynb"]


def main():
    """Take them: the first screen of the report in both languages, and the explorer."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as tools:
        page = tools.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page(
            viewport={"width": 1280, "height": 860}
        )
        for language in ("vi", "en"):
            page.goto((ROOT / "reports" / "baseline" / language / "report.html").as_uri())
            page.screenshot(path=ROOT / "docs" / f"report.{language}.png")
        with subprocess.Popen(VOILA, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
            try:
                while server.poll() is None:
                    with suppress(Error):  # until it answers
                        page.goto(ADDRESS, timeout=120_000)
                        break
                    page.wait_for_timeout(500)
                page.wait_for_selector(".ri-live", timeout=120_000)
                page.wait_for_timeout(3000)
                page.screenshot(path=ROOT / "docs" / "explorer.vi.png")
            finally:
                server.terminate()


if __name__ == "__main__":
    main()
