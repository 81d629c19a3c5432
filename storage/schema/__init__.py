"""The schema, readable whole: `papers`, `chats`, and `trends`, which sums them up. Times are whole seconds since 1970
in UTC.

`PRAGMA user_version` counts the migrations that a file has been through; migrations.py holds them.
"""

from typing import Final

from storage.schema.chats import CHATS
from storage.schema.papers import PAPERS
from storage.schema.trends import TRENDS

APPLICATION_ID: Final = 0x70_77_69_72  # "pwir"

LATEST: Final = 5

SCHEMA: Final = f"{PAPERS}{CHATS}{TRENDS}"
