"""Real days from ../shared/replay, where that is present: its server is started, its day moved, its log read."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import Request, urlopen

SHARED: Final = Path(__file__).resolve().parents[2] / "shared"
PRESENT: Final = (SHARED / "replay" / "serve.py").is_file() and (SHARED / "data").is_dir()


class World:
    """The replay server's simulated world, at `base`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def settings(self) -> dict[str, str]:
        """The settings that point paperwire at this world."""
        return {
            "ARXIV_RSS_URL": f"{self.base}/arxiv",
            "ARXIV_API_URL": f"{self.base}/arxiv/api/query",
            "ARXIV_OAI_URL": f"{self.base}/arxiv/oai",
            "GITHUB_URL": f"{self.base}/github",
            "GITHUB_API_URL": f"{self.base}/github/api",
            "HUGGINGFACE_URL": f"{self.base}/hf",
            "PAPERSWITHCODE_URL": "http://127.0.0.1:9/pwc",
            "ARXIV_URL": "http://127.0.0.1:9",
        }

    def day(self, date: str) -> None:
        self._call("PUT", "date", {"date": date})

    def fault(self, prefix: str, **fault: object) -> None:
        """Break the next requests under a prefix: status=503, kind="hang", times=3 …"""
        self._call("POST", "faults", {"prefix": prefix, **fault})

    def heal(self) -> None:
        self._call("DELETE", "faults")

    def log(self) -> list[dict[str, Any]]:
        found = self._call("GET", "log")
        return list(found if isinstance(found, list) else found["requests"])

    def clear_log(self) -> None:
        self._call("POST", "log/clear", {})

    def invented(self) -> dict[str, Any]:
        return dict(self._call("GET", "invented"))

    def _call(self, method: str, what: str, body: Mapping[str, object] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = Request(f"{self.base}/_world/{what}", data, {"Content-Type": "application/json"}, method=method)
        with urlopen(asked, timeout=30) as answer:
            return json.loads(answer.read() or b"null")


@contextmanager
def world(date: str, *flags: str) -> Iterator[World]:
    """A replay server on a free port for as long as the block lasts."""
    command = [sys.executable, str(SHARED / "replay" / "serve.py"), "--data", str(SHARED / "data")]
    with subprocess.Popen(
        [*command, "--port", "0", "--date", date, *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        assert server.stdout is not None
        try:
            line = next(line for line in server.stdout if "http://" in line)
            yield World("http://" + line.split("http://", 1)[1].split()[0].rstrip("/"))
        finally:
            server.terminate()
