"""The files of the fake platform: those that people sent, to be asked for and fetched; and those that we send."""

from dataclasses import dataclass, field
from typing import Any

from tests.telegram.fake_http import Refusal, Upload

LARGEST_TO_FETCH = 20_000_000


@dataclass(slots=True)
class Documents:
    """By id and by path: a path works for who holds the token, an id for who asks with it."""

    contents: dict[str, bytes] = field(default_factory=dict)
    sizes: dict[str, int | None] = field(default_factory=dict)

    def add(self, name: str, content: bytes, *, size: int | None = None, told: bool = True) -> dict[str, Any]:
        """A document as a message tells it; `size` is what the platform says of it, if it tells."""
        number = f"BQAC{len(self.contents)}"
        self.contents[number] = content
        self.sizes[number] = (size or len(content)) if told else None
        size_of = {"file_size": self.sizes[number]} if told else {}
        named = {"file_name": name} if name else {}
        return {"file_id": number, "file_unique_id": f"u{number}", "mime_type": "text/plain", **named, **size_of}

    def get_file(self, arguments: dict[str, Any]) -> Any:
        number = str(arguments["file_id"])
        if number not in self.contents:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = self.sizes[number]
        if len(self.contents[number]) > LARGEST_TO_FETCH:
            raise Refusal(400, "Bad Request: file is too big")
        size_of = {} if size is None else {"file_size": size}
        return {"file_id": number, "file_unique_id": f"u{number}", "file_path": f"documents/{number}.bin", **size_of}

    def fetch(self, path: str) -> bytes:
        number = path.removeprefix("documents/").removesuffix(".bin")
        if number not in self.contents:
            raise Refusal(404, "Not Found")
        return self.contents[number]


def upload_of(arguments: dict[str, Any], kind: str = "document") -> Upload:
    """The file that is sent, which must be there, named, and not empty."""
    upload = arguments.get(kind)
    if not isinstance(upload, Upload):
        raise Refusal(400, "Bad Request: wrong remote file identifier specified")
    if not upload.content:
        raise Refusal(400, "Bad Request: file must be non-empty")
    if not upload.name:
        raise Refusal(400, f"Bad Request: there is no {kind} in the request")
    return upload
