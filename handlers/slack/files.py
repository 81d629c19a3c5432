"""Files to and from Slack. The SDK's own upload tries again after a dropped connection; these calls never do.

Out: files.getUploadURLExternal -> the bytes to the address that it gives -> files.completeUploadExternal, which shows
them in a channel. In: the private address that comes with the event, asked for with our token, if it is Slack's.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.moving import FILE_LIMIT
from bot.errors import DeliveryFailed
from handlers.files import bytes_of, name_of, text_of
from handlers.incoming import FileTrouble
from handlers.messages import File, Image
from handlers.slack.failures import SLACK_ERRORS, code_of, failure
from handlers.slack.questions import Shared

log = logging.getLogger(__name__)
ALT_LIMIT: Final = 1000
FILES_AT_ONCE: Final = 4  # each is in memory as a whole
_SCOPE_MISSING: Final = (
    "Slack lets me send and read files only after paperwire's app has been updated from slack-manifest.yaml and "
    "installed again (scopes files:write, files:read)"
)


class Files:
    """Raises DeliveryFailed; a scope that is missing is no reason to take the whole channel down."""

    def __init__(self, client: AsyncWebClient, *, timeout_s: float) -> None:
        self._client = client
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._fetching = asyncio.Semaphore(FILES_AT_ONCE)

    async def upload(self, file: File | Image) -> str:
        """Bring a file to Slack, where nobody sees it yet; its id. A picture comes with what it shows."""
        content, alt = bytes_of(file), file.alt[:ALT_LIMIT] if isinstance(file, Image) else None
        try:
            told = await self._client.files_getUploadURLExternal(
                filename=name_of(file), length=len(content), alt_txt=alt
            )
            await self._put(str(told["upload_url"]), content)
        except SLACK_ERRORS as error:
            raise _failed(error) from None
        return str(told["file_id"])

    async def _put(self, url: str, content: bytes) -> None:
        async with (
            aiohttp.ClientSession(timeout=self._timeout) as session,
            session.post(url, data=content, proxy=self._client.proxy, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise DeliveryFailed(f"Slack took no file (HTTP {answer.status})")

    async def show(self, ids: list[str], channel: str, thread: str) -> None:
        """Show what was uploaded in a channel: a channel's id, never a person's, is what Slack takes here."""
        thread_of = {"thread_ts": thread} if thread else {}
        body = {"files": [{"id": uploaded} for uploaded in ids], "channel_id": channel, **thread_of}
        try:
            await self._client.api_call("files.completeUploadExternal", json=body)
        except SLACK_ERRORS as error:
            raise _failed(error) from None

    async def attach(self, files: Sequence[File | Image], channel: str, thread: str) -> None:
        """Beside a message that has got there, and isn't sent again for a file's sake."""
        try:
            await self.show([await self.upload(file) for file in files], channel, thread)
        except DeliveryFailed as fault:
            log.warning("a file for Slack's channel %s didn't get there: %s", channel, fault)

    async def fetched(self, shared: Shared) -> tuple[str | None, FileTrouble | None]:
        """A file's text, or why there is none."""
        if shared.size > FILE_LIMIT:
            return None, FileTrouble.TOO_LARGE
        try:
            async with self._fetching:
                content = await self._get(shared.url)
        except SLACK_ERRORS as error:
            log.warning("a file in Slack can't be fetched: %s", failure(error))
            return None, FileTrouble.NOT_REACHED
        except DeliveryFailed as fault:
            log.warning("a file in Slack can't be fetched: %s", fault)
            return None, FileTrouble.NOT_REACHED
        return text_of(content, limit=FILE_LIMIT)

    async def _get(self, url: str) -> bytes:
        if not self._is_slacks(url):
            raise DeliveryFailed("its address isn't Slack's, and our token is for nobody else")
        bearer = {"Authorization": f"Bearer {self._client.token}"}
        async with (
            aiohttp.ClientSession(timeout=self._timeout) as session,
            session.get(url, headers=bearer, proxy=self._client.proxy, allow_redirects=False) as answer,
        ):
            if answer.status != 200 or answer.content_type == "text/html":  # Slack's page to log in
                raise DeliveryFailed(f"Slack answers HTTP {answer.status} ({answer.content_type}). {_SCOPE_MISSING}")
            content = bytearray()
            async for piece in answer.content.iter_chunked(65_536):
                content += piece
                if len(content) > FILE_LIMIT:
                    break
            return bytes(content)

    def _is_slacks(self, url: str) -> bool:
        """Whether our token may go there: to Slack by TLS, or to the host that stands in for it."""
        try:
            there, home = urlsplit(url), urlsplit(self._client.base_url)
            host = there.hostname or ""
            return (there.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))) or (
                (there.scheme, there.netloc) == (home.scheme, home.netloc)
            )
        except ValueError:
            return False


def _failed(error: Exception) -> DeliveryFailed:
    if code_of(error) == "missing_scope":
        return DeliveryFailed(_SCOPE_MISSING, permanent=True)
    return failure(error)
