"""The .env file, read as it stands there."""

import os
from pathlib import Path

from dotenv.parser import parse_stream


def env_file_values(path: Path | None, faults: dict[str, str]) -> dict[str, str]:
    """The file's values, as written there: nothing is filled in, so that a $ in a token stays."""
    values: dict[str, str] = {}
    try:
        with (path or Path(os.devnull)).open(encoding="utf-8-sig") as lines:
            for binding in parse_stream(lines):
                if binding.error or (binding.key and binding.value is None):
                    faults[f".env, line {binding.original.line}"] = "must be NAME=value"
                elif binding.key:
                    values[binding.key] = binding.value or ""
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as error:
        faults[".env"] = unreadable(error)
    return values


def unreadable(error: OSError | ValueError) -> str:
    """Why a file can't be read, without a word of what is in it."""
    if isinstance(error, UnicodeDecodeError):
        return "can't be read: it is not UTF-8 text"
    return f"can't be read: {error.strerror}" if isinstance(error, OSError) else str(error)
