"""The schema, readable whole: `papers` and `chats`. Times are whole seconds since 1970 in UTC.

`PRAGMA user_version` counts the migrations that a file has been through; migrations.py holds them.
"""

from typing import Final

from storage.schema.chats import CHATS
from storage.schema.papers import PAPERS

APPLICATION_ID: Final = 0x70_77_69_72  # "pwir"

LATEST: Final = 3

SCHEMA: Final = f"{PAPERS}{CHATS}"
