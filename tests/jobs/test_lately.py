"""What is counted lately, and that nothing stays of those who did nothing lately."""

from ivr.jobs.lately import Lately


def test_what_each_did_within_the_time_counts_and_nothing_before() -> None:
    lately = Lately(60)
    for at, who in ((0, "a"), (10, "a"), (20, "b"), (59, "a")):
        lately.note(who, at)

    assert [3, 1, 2, 1, 0] == [
        lately.number(*asked) for asked in (("a", 59.9), ("b", 59.9), ("a", 60), ("a", 118), ("a", 119))
    ]


def test_nothing_stays_of_a_hundred_thousand_who_did_it_once() -> None:
    lately = Lately(60)
    for number in range(100_000):
        lately.number(str(number), number)
        lately.note(str(number), number)

    assert 60 == len(lately)
