"""The socket under the fake: forms in, JSON out, and the ways in which a network fails."""

import email
import email.policy
import json
import threading
from dataclasses import dataclass
from email.message import EmailMessage
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit


class Fault(Enum):
    DROP_BEFORE = "the connection breaks before anything is done"
    DROP_AFTER = "it is done, and the answer is lost"
    BAD_GATEWAY = "502 with a proxy's page"
    GARBAGE = "200 with an answer of another form"
    SILENCE = "it is done, and no answer comes"


class Refusal(Exception):
    """An answer that isn't ok."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a form."""

    name: str
    content: bytes


class Telegram(Protocol):
    """What the socket needs of the platform behind it."""

    def called(self, method: str, arguments: dict[str, Any]) -> Fault | Refusal | None: ...

    def answer(self, token: str, method: str, arguments: dict[str, Any]) -> Any: ...

    def file(self, token: str, path: str) -> bytes: ...


class FakeServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, telegram: Telegram) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.telegram = telegram
        self.over = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self.over.set()
        self.shutdown()
        self._thread.join()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up in the middle of a long poll is nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    server: FakeServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer waits 40 ms for the client's acknowledgement

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        arguments = _arguments(body, self.headers.get("Content-Type", ""))
        _, bot, method = urlsplit(self.path).path.split("/", 2)  # to a proxy, the whole address is said
        fault = self.server.telegram.called(method, arguments)
        if fault is Fault.DROP_BEFORE:
            self.close_connection = True
            return
        try:
            if isinstance(fault, Refusal):
                raise fault
            result = self.server.telegram.answer(bot.removeprefix("bot"), method, arguments)
        except Refusal as refusal:
            answer = {"ok": False, "error_code": refusal.code, "description": refusal.description}
            self._send(refusal.code, answer | ({"parameters": refusal.parameters} if refusal.parameters else {}))
            return
        self._finish(fault, result)

    def do_GET(self) -> None:
        """A file, under /file/bot<TOKEN>/."""
        _, kind, bot, path = unquote(self.path).split("/", 3)
        fault = self.server.telegram.called("download", {"path": path})
        if fault is Fault.DROP_BEFORE or kind != "file":
            self.close_connection = True
            return
        try:
            if isinstance(fault, Refusal):
                raise fault
            content = self.server.telegram.file(bot.removeprefix("bot"), path)
        except Refusal as refusal:
            self._send(refusal.code, {"ok": False, "error_code": refusal.code, "description": refusal.description})
            return
        self._send_bytes(200, content, "application/octet-stream")

    def _finish(self, fault: Fault | None, result: Any) -> None:
        if fault is Fault.SILENCE:
            self.server.over.wait()
        if fault in (Fault.DROP_AFTER, Fault.SILENCE):
            self.close_connection = True
        elif fault is Fault.BAD_GATEWAY:
            self._send(502, "<html>Bad Gateway</html>")
        else:
            self._send(200, ["not", "an", "object"] if fault is Fault.GARBAGE else {"ok": True, "result": result})

    def _send(self, status: int, answer: Any) -> None:
        body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
        self._send_bytes(status, body, "application/json")

    def _send_bytes(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _arguments(body: bytes, content_type: str) -> dict[str, Any]:
    """A form whose numbers, truths, lists and objects are JSON, as the platform takes it; texts stay as they are."""
    texts = {"text", "caption", "parse_mode", "callback_query_id", "file_id", "url", "secret_token"}
    pairs = (
        _multipart(content_type, body).items()
        if content_type.startswith("multipart/form-data")
        else parse_qsl(body.decode(), keep_blank_values=True)
    )
    return {k: v if k in texts or isinstance(v, Upload) else _value(v) for k, v in pairs}


def _multipart(content_type: str, body: bytes) -> dict[str, str | Upload]:
    """The fields of a multipart form, and its files."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + body, policy=email.policy.HTTP)
    assert isinstance(message, EmailMessage)
    fields: dict[str, str | Upload] = {}
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        name, file = str(part.get_param("name", header="content-disposition")), part.get_filename()
        fields[name] = content.decode() if file is None else Upload(file, content)
    return fields


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
