"""The files of the fake Slack: uploaded in three calls, shown in channels; and those that people share."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]
_CHANNEL = re.compile(r"[CGDZ][A-Z0-9]+")  # Slack takes no person's id here


@dataclass(frozen=True, slots=True)
class Shown:
    """A file that people see."""

    channel: str
    thread: str
    name: str
    content: bytes
    alt: str = ""


@dataclass(slots=True)
class Shelf:
    """`shown` is what people see, `asked` the Authorization of each download; without a scope nothing works."""

    token: str
    channels: tuple[str, ...]
    root: str = ""
    scopes: set[str] = field(default_factory=lambda: {"files:write", "files:read"})
    shown: list[Shown] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    upload_status: int = 200
    _announced: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    _uploaded: dict[str, bytes] = field(default_factory=dict)
    _shared: dict[str, tuple[bytes, str]] = field(default_factory=dict)

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/upload/{id}", self._upload), web.get("/files/{id}/{name}", self._download)]

    def share(
        self, name: str, content: bytes, *, size: int | None = None, kind: str = "text/plain", url: str = ""
    ) -> Json:
        """A file as an event tells it; `size` is what Slack says of it."""
        id_ = f"F{len(self._shared)}"
        self._shared[id_] = (content, kind)
        address = url or f"http://{self.root}/files/{id_}/{name or 'untitled'}"
        told = {"id": id_, "name": name, "mimetype": kind, "size": len(content) if size is None else size}
        return {**told, "mode": "hosted", "url_private": address, "url_private_download": address}

    async def announce(self, body: Json) -> Json:
        """files.getUploadURLExternal."""
        if "files:write" not in self.scopes:
            return {"ok": False, "error": "missing_scope", "needed": "files:write", "provided": "chat:write"}
        name, length = str(body.get("filename") or ""), str(body.get("length") or "")
        alt = str(body.get("alt_txt") or "")
        if not name or not length.isdigit() or int(length) < 1 or len(alt) > 1000:
            return {"ok": False, "error": "invalid_arguments"}
        id_ = f"F0UP{len(self._announced)}"
        self._announced[id_] = name, int(length), alt
        return {"ok": True, "upload_url": f"http://{self.root}/upload/{id_}", "file_id": id_}

    async def complete(self, body: Json) -> Json:
        """files.completeUploadExternal."""
        files = body.get("files")
        listed = json.loads(files) if isinstance(files, str) else files
        channel = str(body.get("channel_id") or "")
        if not isinstance(listed, list) or not _CHANNEL.fullmatch(channel):
            return {"ok": False, "error": "invalid_arguments"}
        if channel not in self.channels:
            return {"ok": False, "error": "channel_not_found"}
        if any(one["id"] not in self._uploaded for one in listed):
            return {"ok": False, "error": "file_not_found"}
        for one in listed:
            name, _, alt = self._announced[one["id"]]
            content, thread = self._uploaded.pop(one["id"]), str(body.get("thread_ts") or "")
            self.shown.append(Shown(channel, thread, name, content, alt))
        return {"ok": True, "files": [{"id": one["id"], "title": one.get("title", "")} for one in listed]}

    async def _upload(self, request: web.Request) -> web.Response:
        id_, content = request.match_info["id"], await request.read()
        if self.upload_status != 200 or id_ not in self._announced or len(content) != self._announced[id_][1]:
            return web.Response(status=self.upload_status if self.upload_status != 200 else 400, text="not taken")
        self._uploaded[id_] = content
        return web.Response(text=f"OK - {len(content)}")

    async def _download(self, request: web.Request) -> web.Response:
        """Who may not, is sent to a page to log in."""
        told = request.headers.get("Authorization", "")
        self.asked.append(told)
        if told != f"Bearer {self.token}" or "files:read" not in self.scopes:
            return web.Response(status=302, headers={"Location": f"http://{self.root}/login"})
        content, kind = self._shared[request.match_info["id"]]
        return web.Response(body=content, content_type=kind)
