"""Who may use a page."""

from dataclasses import dataclass

from ivr.storage.accounts import Account, Role


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may: accounts with one of `roles`, every account (`signed_in`), or whoever asks (`anybody`)."""

    roles: frozenset[Role] = frozenset()
    signed_in: bool = False
    anybody: bool = False

    def __or__(self, other: "Rule") -> "Rule":
        return Rule(
            self.roles | other.roles, self.signed_in or other.signed_in, self.anybody or other.anybody
        )

    def allows(self, account: Account | None) -> bool:
        """Whether that account may; None: nobody is signed in. An administrator may everything."""
        if self.anybody or account is None:
            return self.anybody
        return self.signed_in or Role.ADMINISTRATOR in account.roles or bool(self.roles & account.roles)


ANYBODY = Rule(anybody=True)
SIGNED_IN = Rule(signed_in=True)
LISTENERS = Rule(frozenset({Role.LISTENER}))
RECORDERS = Rule(frozenset({Role.RECORDER}))
ROTA_KEEPERS = Rule(frozenset({Role.ROTA_KEEPER}))
ADMINISTRATORS = Rule(frozenset({Role.ADMINISTRATOR}))
