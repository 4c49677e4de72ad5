"""`ivr counsellors pin`: a PIN is said once, and neither listed nor stored."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli import main
from ivr.flow.line_state import PinOutcome
from ivr.jobs.line_pins import PinTries
from ivr.storage.engine import engine_for, reading
from tests.jobs.counsellors_on_duty import AT

CSV = """name,phone,languages,priority
Thandi,+27821110001,en,1
Sipho,+27821110002,zu,1
Sipho,+27821110003,zu,2
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Run":
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "people.csv").write_text(CSV)
    runner = Run(tmp_path)
    runner("import", str(tmp_path / "people.csv"))
    return runner


class Run:
    def __init__(self, folder: Path) -> None:
        self.folder, self.calls = folder, 0

    def __call__(self, *arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["counsellors", *arguments], input=typed)

    def tried(self, pin: str) -> PinOutcome | None:
        engine = engine_for(f"sqlite:///{self.folder}/data/helpline.db")
        with reading(engine) as connection:
            key = connection.exec_driver_sql("SELECT key FROM counsellors WHERE name = 'Thandi'").scalar()
        self.calls += 1
        found = PinTries(engine).outcome(f"CA{self.calls}", str(key), pin, AT)
        engine.dispose()
        return found


def test_a_random_pin_of_six_digits_is_printed_once(run: Run) -> None:
    pins = [re.findall(r"PIN: (\d+) ", run("pin", "thandi").output)[0] for _ in range(2)]

    assert [6, 6] == [len(pin) for pin in pins]
    assert pins[0] != pins[1]
    assert PinOutcome.RIGHT is run.tried(pins[1])
    assert PinOutcome.WRONG is run.tried(pins[0])


def test_an_own_pin_is_asked_for_and_not_shown(run: Run) -> None:
    said = run("pin", "+27821110001", "--set", typed="902107\n902107\n")

    assert 0 == said.exit_code
    assert "902107" not in said.output
    assert PinOutcome.RIGHT is run.tried("902107")


@pytest.mark.parametrize("typed", ["4821", "482910376", "4829a1", "４８２９１０"])
def test_what_a_keypad_cannot_send_is_no_pin(run: Run, typed: str) -> None:
    said = run("pin", "Thandi", "--set", typed=f"{typed}\n{typed}\n")

    assert 1 == said.exit_code
    assert "6 to 8 digits" in said.output
    assert PinOutcome.LOCKED is run.tried(typed)


@pytest.mark.parametrize("typed", ["000000", "121212", "123456", "87654321"])
def test_what_is_guessed_first_is_no_pin(run: Run, typed: str) -> None:
    said = run("pin", "Thandi", "--set", typed=f"{typed}\n{typed}\n")

    assert 1 == said.exit_code
    assert "easily guessed" in said.output
    assert PinOutcome.LOCKED is run.tried(typed)


def test_a_pin_is_taken_away(run: Run) -> None:
    run("pin", "Thandi", "--set", typed="902107\n902107\n")

    assert "Thandi cannot sign in any more." in run("pin", "Thandi", "--remove").output
    assert "Thandi had no PIN." in run("pin", "Thandi", "--remove").output
    assert PinOutcome.LOCKED is run.tried("902107")


def test_who_is_meant_must_be_clear(run: Run) -> None:
    several, nobody = run("pin", "Sipho"), run("pin", "Naledi")

    assert [1, 1] == [several.exit_code, nobody.exit_code]
    assert "+27821110003" in several.output
    assert "No counsellor is called 'Naledi'" in nobody.output


def test_no_pin_stands_in_the_list(run: Run) -> None:
    run("pin", "Thandi", "--set", typed="902107\n902107\n")

    assert "pin" not in run("list", "--json").output
    assert "902107" not in run("list").output


def test_a_file_of_counsellors_cannot_set_a_pin(run: Run) -> None:
    (run.folder / "pins.csv").write_text(
        "name,phone,languages,priority,pin\nThandi,+27821110001,en,1,902107\n"
    )
    run("import", str(run.folder / "pins.csv"))

    assert PinOutcome.LOCKED is run.tried("902107")
