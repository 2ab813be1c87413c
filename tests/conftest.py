"""What the rooms' tests share: a headless browser."""

import shutil
from pathlib import Path

import pytest

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def start_browser(tmp_path_factory):
    """Start headless Chromiums that keep their console and their requests; they end with all."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if chromium is None or chromedriver is None:
        pytest.skip("needs Chromium and chromedriver on the PATH")
    started = []

    def start_browser():
        options = webdriver.ChromeOptions()
        options.binary_location = chromium
        for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.ChromeService(executable_path=chromedriver)
        started.append(webdriver.Chrome(options=options, service=service))
        return started[-1]

    yield start_browser
    for driver in started:
        driver.quit()


@pytest.fixture(scope="session")
def browser(start_browser):
    """One headless Chromium for the session."""
    return start_browser()


@pytest.fixture
def open_page(browser):
    """Open a file as a double click would, on a screen of the given size."""

    def open_page(path: Path, width: int = 1280, height: int = 800, scheme: str = "light"):
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        scheme_feature = {"name": "prefers-color-scheme", "value": scheme}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme_feature]})
        for log in ("browser", "performance"):
            browser.get_log(log)  # what an earlier page left
        browser.get(Path(path).resolve().as_uri())
        return browser

    return open_page
