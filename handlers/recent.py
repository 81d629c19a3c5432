"""Which paper the latest answers were about, for those who react to one. In memory: a restart forgets it."""

from collections import OrderedDict
from typing import Final

from bot.domain.chat import Address

_REMEMBERED: Final = 2_000


class Recent:
    def __init__(self) -> None:
        self._about: OrderedDict[tuple[str, str], tuple[Address, str]] = OrderedDict()

    def note(self, address: Address, message: str, about: str) -> None:
        """A message says this now; `about` is the one paper that it is about, "" for none."""
        self._about.pop((address.chat, message), None)
        if about:
            self._about[address.chat, message] = address, about
            if len(self._about) > _REMEMBERED:
                self._about.popitem(last=False)

    def find(self, address: Address, message: str) -> tuple[Address, str]:
        """Where it stands, as far as that is known (people react in a group, whatever the topic), and its paper."""
        return self._about.get((address.chat, message), (address, ""))
