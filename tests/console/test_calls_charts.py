import re
from datetime import date

import pytest

from ivr.console.calls_charts import days_chart
from ivr.storage.call_statistics import Counts, Statistics


@pytest.mark.parametrize(("answered", "steps"), [(3, ["0", "1", "2", "3"]), (1, ["0", "1"])])
def test_a_few_calls_are_counted_one_by_one(answered: int, steps: list[str]) -> None:
    counts = Counts(offered=answered, asked=answered, answered=answered)
    found = Statistics(counts, {}, {date(2026, 1, 5): counts}, {})

    drawn = days_chart(found).decode()

    axis = drawn.partition('class="axis y')[2].partition("</g></g>")[0]
    assert steps == re.findall(r"<text[^>]*>(\d+)</text>", axis)
