"""What stays is made, and kept, without memory being tidied for it."""

import gc

import pytest

from ivr.lasting import lasting


def test_nothing_is_tidied_while_what_stays_is_made() -> None:
    with lasting():
        tidied = gc.isenabled()

    assert not tidied
    assert gc.isenabled()


def test_no_later_collection_looks_through_what_stays() -> None:
    with lasting():
        made = [[] for _ in range(1000)]

    looked_through = {id(each) for each in gc.get_objects()}
    assert not looked_through & {id(each) for each in made}


def test_memory_is_tidied_again_when_what_was_to_stay_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="half"), lasting():
        raise ValueError("half")

    assert gc.isenabled()
