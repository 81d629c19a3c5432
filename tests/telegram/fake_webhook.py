"""The fake platform's webhook: as strict as the real one about its address, and as patient in bringing updates.

Updates are brought one after the other, in their order; one that isn't confirmed (2xx) is brought again, and holds up
what came later. `local` is a Bot API server of one's own: it takes http and any port, and really brings.
"""

import http.client
import ipaddress
import json
import re
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from tests.telegram.fake_http import Refusal

AGAIN_S = 0.05  # between two tries; the platform waits longer
PATIENCE_S = 5.0
PORTS = (80, 88, 443, 8443)
KINDS = {
    *("message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result"),
    *("callback_query", "my_chat_member", "chat_member", "chat_join_request", "message_reaction", "poll"),
}


class Webhook:
    """`waiting` are the updates that haven't been confirmed, `changed` guards them."""

    def __init__(self, waiting: list[dict[str, Any]], changed: threading.Condition, *, local: bool):
        self.url = ""
        self.secret = ""
        self.kinds: list[str] = []
        self.connections = 40
        self.brought = 0  # tries
        self.error: tuple[int, str] | None = None
        self._waiting = waiting
        self._changed = changed
        self._local = local
        self._ended = False
        self._bringing = threading.Thread(target=self._bring, daemon=True)

    def begin(self) -> None:
        self._bringing.start()

    def end(self) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._bringing.join()

    def set(self, arguments: dict[str, Any]) -> Any:
        url, secret = str(arguments.get("url", "")), str(arguments.get("secret_token", ""))
        if url and not self._local:
            _refuse_bad(url)
        if "secret_token" in arguments and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        connections, kinds = int(arguments.get("max_connections", 40)), arguments.get("allowed_updates", [])
        if not 1 <= connections <= 100:
            raise Refusal(400, "Bad Request: max_connections must be from 1 to 100")
        if unknown := set(kinds) - KINDS:
            raise Refusal(400, f"Bad Request: unknown kinds of updates: {unknown}")
        with self._changed:
            if arguments.get("drop_pending_updates"):
                self._waiting.clear()
            self.url, self.secret, self.connections, self.kinds, self.error = url, secret, connections, kinds, None
            self._changed.notify_all()
        return True

    def delete(self, arguments: dict[str, Any]) -> Any:
        return self.set({"url": "", "drop_pending_updates": arguments.get("drop_pending_updates")})

    def info(self, arguments: dict[str, Any]) -> Any:
        told = {"url": self.url, "has_custom_certificate": False, "pending_update_count": len(self._waiting)}
        if self.error:
            told |= {"last_error_date": self.error[0], "last_error_message": self.error[1]}
        return told | ({"max_connections": self.connections, "allowed_updates": self.kinds} if self.url else {})

    def _bring(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ended or (self._local and self.url and self._waiting))
                if self._ended:
                    return
                update, url, secret = self._waiting[0], self.url, self.secret
                self.brought += 1
                self._changed.notify_all()
            failed = "" if self.kinds and not set(update) & set(self.kinds) else bring(url, secret, update)
            with self._changed:
                if failed:
                    self.error = (int(time.time()), failed)
                    self._changed.notify_all()
                    self._changed.wait_for(lambda: self._ended, AGAIN_S)
                elif update in self._waiting:
                    self._waiting.remove(update)
                    self._changed.notify_all()


def bring(url: str, secret: str, update: dict[str, Any]) -> str:
    """Post an update; why that failed, "" if it was confirmed."""
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port or 80, timeout=PATIENCE_S)
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
    try:
        connection.request("POST", place.path, json.dumps(update), headers)
        answer = connection.getresponse()
        answer.read()
    except OSError as error:
        return error.strerror or "Connection timed out"
    except http.client.HTTPException:
        return "Connection closed"
    finally:
        connection.close()
    return "" if answer.status // 100 == 2 else f"Wrong response from the webhook: {answer.status} {answer.reason}"


def _refuse_bad(url: str) -> None:
    place = urlsplit(url)
    if place.scheme != "https":
        raise Refusal(400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
    if (place.port or 443) not in PORTS:
        raise Refusal(400, "Bad Request: bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    host = place.hostname or ""
    try:
        reserved = not ipaddress.ip_address(host).is_global
    except ValueError:
        reserved = "." not in host
    if reserved:
        raise Refusal(400, f"Bad Request: bad webhook: IP address {host} is reserved")
