"""A browser in tests: the few commands of the W3C's WebDriver protocol that they need, spoken to chromedriver.

https://www.w3.org/TR/webdriver2/
"""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
TAB, ENTER, ESCAPE, SPACE, DOWN, SHIFT = "\ue004", "\ue007", "\ue00c", " ", "\ue015", "\ue008"
PATIENCE = 20.0


class Browser:
    """One Chromium window; a fresh profile, and downloads, in `folder`."""

    def __init__(self, folder: Path) -> None:
        assert CHROMIUM
        assert DRIVER
        self.downloads = folder / "downloads"
        self.downloads.mkdir(parents=True)
        self._driver = subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True)
        self._root = f"http://127.0.0.1:{self._port()}"
        options = {
            "binary": CHROMIUM,
            "args": [*FLAGS, f"--user-data-dir={folder / 'profile'}", "--window-size=1200,900"],
            "prefs": {"download.default_directory": str(self.downloads)},
        }
        capabilities = {"alwaysMatch": {"browserName": "chrome", "goog:chromeOptions": options}}
        made = self._send("POST", "/session", {"capabilities": capabilities})
        self._root += f"/session/{made['sessionId']}"

    def _port(self) -> int:
        assert self._driver.stdout
        for line in self._driver.stdout:
            if "started successfully on port" in line:
                return int(line.rsplit(maxsplit=1)[-1].rstrip("."))
        raise AssertionError("chromedriver did not start")

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if method != "POST" else json.dumps(body or {}).encode()
        request = urllib.request.Request(self._root + path, data, {"Content-Type": "application/json"}, method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Errors())
        with opener.open(request, timeout=60) as answer:
            value = json.load(answer)["value"]
        assert not (isinstance(value, dict) and "error" in value), value
        return value

    def close(self) -> None:
        try:
            self._send("DELETE", "")
        finally:
            self._driver.terminate()
            self._driver.communicate(timeout=10)

    def open(self, page: Path) -> None:
        self._send("POST", "/url", {"url": page.resolve().as_uri()})

    def run(self, script: str, *arguments: object) -> Any:
        """What the body of a function returns; its arguments are `arguments[0]` and so on."""
        return self._send("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_run(self, script: str, *arguments: object) -> Any:
        """What the script hands to its last argument, a callback."""
        return self._send("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def type(self, text: str) -> None:
        """Keys of a keyboard, to whatever has the focus."""
        actions = [{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")]
        self._send("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def back(self) -> None:
        """Shift and Tab."""
        kinds = (("keyDown", SHIFT), ("keyDown", TAB), ("keyUp", TAB), ("keyUp", SHIFT))
        actions = [{"type": kind, "value": key} for kind, key in kinds]
        self._send("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def size(self, width: int, height: int) -> None:
        command = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.devtools("Emulation.setDeviceMetricsOverride", **command)

    def devtools(self, command: str, **parameters: object) -> Any:
        return self._send("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def picture(self, path: Path) -> None:
        path.write_bytes(b64decode(self._send("GET", "/screenshot")))

    def download(self, name: str) -> bytes:
        """The file of that name, once it is there whole."""
        path = self.downloads / name
        wait(lambda: path.exists() and path.stat().st_size > 0)
        data = path.read_bytes()
        path.unlink()
        return data


class _Errors(urllib.request.HTTPErrorProcessor):
    """An error of the driver comes as an answer, with its words."""

    def http_response(self, _request: urllib.request.Request, response: Any) -> Any:
        return response


def wait(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "the browser did not do it in time"
        time.sleep(0.02)
