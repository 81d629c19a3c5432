"""The fake Slack refuses what Slack's pages say it would."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.slack import limits
from tests.slack.test_newer import BERT, SHARES, WHOLE, blocks_of, only

Block = dict[str, Any]
CARD, BESIDE, *_ = blocks_of(BERT)
(TABLE,) = blocks_of(only(SHARES))
CHART = blocks_of(only(WHOLE))[0]
LINES = CHART["chart"]["series"]


def put(place: str, value: object) -> Callable[[Block], None]:
    def change(block: Block) -> None:
        target: Any = block
        *path, last = (int(key) if key.isdigit() else key for key in place.split("."))
        for key in path:
            target = target[key]
        target[last] = value

    return change


@pytest.mark.parametrize(
    ("block", "change"),
    [
        (CARD, put("title.text", "x" * 151)),
        (CARD, put("title", "a bare string")),
        (CARD, put("subtitle.text", "x" * 151)),
        (CARD, put("body.text", "x" * 201)),
        (CARD, put("body.text", " ")),
        (CARD, put("actions", CARD["actions"] + [{**CARD["actions"][0], "action_id": "one more"}])),
        (CARD, put("actions", [])),
        (CARD, put("actions.0", BESIDE["accessory"])),
        (CARD, put("actions.0.action_id", CARD["actions"][1]["action_id"])),
        (CARD, put("footer", "x")),
        (BESIDE, put("accessory.options", [])),
        (BESIDE, put("accessory.options", [BESIDE["accessory"]["options"][0]] * 6)),
        (BESIDE, put("accessory.options.0.value", "x" * 151)),
        (BESIDE, put("accessory.options.0.text.text", "x" * 76)),
        (TABLE, put("rows", TABLE["rows"] * 40)),
        (TABLE, put("rows", [])),
        (TABLE, put("rows.0", TABLE["rows"][0][:2])),
        (TABLE, put("rows", [TABLE["rows"][0] * 7] * 2)),
        (TABLE, put("rows.0.0.elements.0.elements.0.text", "")),
        (TABLE, put("rows.0.0", {"type": "mrkdwn", "text": "x"})),
        (TABLE, put("rows.0.0.elements.0.elements.0.text", "x" * 10_001)),
        (TABLE, put("column_settings.0", None)),
        (CHART, put("title", "x" * 51)),
        (CHART, put("title", " ")),
        (CHART, put("chart.type", "scatter")),
        (CHART, put("chart.series", [])),
        (CHART, put("chart.series", [{**LINES[0], "name": str(n)} for n in range(7)])),
        (CHART, put("chart.series", LINES * 2)),
        (CHART, put("chart.series.0.name", "x" * 21)),
        (CHART, put("chart.series.0.data", LINES[0]["data"][:2])),
        (CHART, put("chart.series.0.data.0.value", float("nan"))),
        (CHART, put("chart.series.0.data.0.value", None)),
        (CHART, put("chart.axis_config.categories.0", "x" * 21)),
        (CHART, put("chart.axis_config.y_label", "x" * 51)),
    ],
)
def test_a_block_beyond_its_limits_is_refused(block: Block, change: Callable[[Block], None]) -> None:
    changed = deepcopy(block)
    change(changed)
    assert limits.fault_of([block]) == ""
    assert limits.fault_of([changed]) == "invalid_blocks"


def test_two_tables_and_three_charts_are_too_many() -> None:
    assert limits.fault_of([TABLE, TABLE]) == "invalid_attachments"
    assert limits.fault_of([CHART, CHART]) == ""
    assert limits.fault_of([CHART] * 3) == "invalid_blocks"


def test_a_workspace_without_a_kind_names_it_with_its_place() -> None:
    told = limits.refused("invalid_blocks", {"blocks": [BESIDE, CARD, TABLE]}, frozenset({"table"}))
    said = ["[ERROR] unsupported type: card [json-pointer:/blocks/1/type]"]
    assert told == {"ok": False, "error": "invalid_blocks", "response_metadata": {"messages": said}}
