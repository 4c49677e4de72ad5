"""What is left on the account is asked of the network, and whatever it answers has a name."""

import json
from decimal import Decimal

import pytest

from ivr.telephony.twilio.balance import Balance, Purse
from ivr.telephony.twilio.rest import RefusedError, UnreachableError
from tests.telephony.twilio.test_rest import Network, running

#: As the provider's page on balances shows it.
TOLD = {"currency": "USD", "balance": "-12.5", "account_sid": "AC1"}


def asked(network: Network) -> Balance:
    with running(network):
        return Purse("AC1", "secret", network.url).balance()


def test_the_balance_is_read_with_its_currency_and_the_network_s_clock() -> None:
    network = Network(body=json.dumps(TOLD).encode())
    found = asked(network)

    assert (Decimal("-12.5"), "USD") == (found.amount, found.currency)
    assert found.at
    assert found.at.tzinfo
    assert "/api/laml/2010-04-01/Accounts/AC1/Balance.json" == network.asked[0][1]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (401, b"{}", RefusedError),
        (403, b"{}", RefusedError),
        (404, b"{}", UnreachableError),
        (503, b"{}", UnreachableError),
        (200, b"<html>", UnreachableError),
        (200, b"{}", UnreachableError),
        (200, b"[]", UnreachableError),
        (200, b'{"balance": "much", "currency": "USD"}', UnreachableError),
    ],
)
def test_anything_else_is_an_error_with_a_name(status: int, body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        asked(Network(status=status, body=body))


def test_nobody_there_is_an_error_with_a_name() -> None:
    with pytest.raises(UnreachableError):
        Purse("AC1", "secret", "http://127.0.0.1:1").balance()
