"""Who may use which page, written by hand: a route of the staff's pages without a row here fails the tests.

A row is for every method of its path below /staff, and where one method differs, "POST /path" is a row of its
own. `_` is any value in a path.
"""

from ivr.storage.accounts import Role

ANYBODY = "anybody"
SIGNED_IN = frozenset(Role) | {None}
"""None: an account without any role."""
ADMINISTRATORS: frozenset[Role | None] = frozenset({Role.ADMINISTRATOR})
LISTENERS = ADMINISTRATORS | {Role.LISTENER}
RECORDERS = ADMINISTRATORS | {Role.RECORDER}
ROTA_KEEPERS = ADMINISTRATORS | {Role.ROTA_KEEPER}

WHO_MAY: dict[str, frozenset[Role | None] | str] = {
    "/static/_": ANYBODY,
    "/_": ANYBODY,  # says that there is no such page
    "/": SIGNED_IN,
    # Signing in, one's own account
    "/sign-in": ANYBODY,
    "/sign-in/code": ANYBODY,
    "/sign-out": SIGNED_IN,
    "/invitation/_": ANYBODY,
    "/account": SIGNED_IN,
    "/account/password": SIGNED_IN,
    "/account/pin": SIGNED_IN,
    "/account/codes": SIGNED_IN,
    "/account/codes/off": SIGNED_IN,
    "/account/sign-out-everywhere": SIGNED_IN,
    # Everybody's accounts, and what was done
    "/people": ADMINISTRATORS,
    "/people/new": ADMINISTRATORS,
    "/people/_": ADMINISTRATORS,
    "/people/_/invite": ADMINISTRATORS,
    "/people/_/sign-out": ADMINISTRATORS,
    "/people/_/codes-off": ADMINISTRATORS,
    "/people/_/pin-off": ADMINISTRATORS,
    "/people/_/deactivate": ADMINISTRATORS,
    "/people/_/activate": ADMINISTRATORS,
    "/audit": ADMINISTRATORS,
    "/audit.csv": ADMINISTRATORS,
    # The studio
    "/studio": RECORDERS,
    "/studio/_": RECORDERS,
    "/studio/_/script": RECORDERS,
    "/studio/_/session": RECORDERS,
    "/studio/_/upload": RECORDERS,
    "/studio/_/reviewed": RECORDERS,
    "/studio/_/unreviewed": RECORDERS,
    "/studio/_/offer": ADMINISTRATORS,
    "/studio/_/take-back": ADMINISTRATORS,
    "/studio/_/_": RECORDERS,
    "/studio/_/_/words": RECORDERS,
    "/studio/_/_/heard.wav": RECORDERS,
    "/studio/_/_/takes": RECORDERS,
    "/studio/_/_/takes/back": RECORDERS,
    "/studio/_/_/takes/withdraw": RECORDERS,
    "/studio/_/_/takes/_/accept": RECORDERS,
    "/studio/_/_/takes/_/discard": RECORDERS,
    "/studio/_/_/takes/_/sound.wav": RECORDERS,
    "/studio/_/_/takes/_/original": RECORDERS,
    "/studio/_/_/takes/_/waveform.svg": RECORDERS,
    # Settings check
    "/settings": ADMINISTRATORS,
    "/settings/call": ADMINISTRATORS,
    # Announcements
    "/announcements": RECORDERS,
    "/announcements/new": RECORDERS,
    "/announcements/_": RECORDERS,
    "/announcements/_/change": RECORDERS,
    "/announcements/_/withdraw": RECORDERS,
    # Promises
    "/promises": LISTENERS,
    "/promises.csv": LISTENERS,
    "/promises/_": LISTENERS,
    "/promises/_/message.wav": LISTENERS,
    "/promises/_/claim": LISTENERS,
    "/promises/_/give-back": LISTENERS,
    "/promises/_/number": LISTENERS,
    "/promises/_/again": LISTENERS,
    "/promises/_/note": LISTENERS,
    "/promises/_/keep": LISTENERS,
    "/promises/_/give-up": LISTENERS,
    # Calls
    "/calls": LISTENERS | ROTA_KEEPERS,
    "/calls/statistics": LISTENERS | ROTA_KEEPERS,
    "/calls/statistics.csv": LISTENERS | ROTA_KEEPERS,
    "/calls/statistics/_.svg": LISTENERS | ROTA_KEEPERS,
    "/calls/history": LISTENERS,
    "/calls/history.csv": LISTENERS,
    "/calls/history/_": LISTENERS,
    # Roster and counsellors
    "/roster": SIGNED_IN,
    "/roster/week": ROTA_KEEPERS,
    "/roster/month": ROTA_KEEPERS,
    "/roster/day": ROTA_KEEPERS,
    "/roster/shift": ROTA_KEEPERS,
    "/roster/shift/new": ROTA_KEEPERS,
    "/roster/shift/out": ROTA_KEEPERS,
    "/roster/shift/back": ROTA_KEEPERS,
    "/roster/shift/return": ROTA_KEEPERS,
    "/roster/week/copy": ROTA_KEEPERS,
    "/roster/swap": ROTA_KEEPERS,
    "/roster/swap/keep": ROTA_KEEPERS,
    "/roster/duty": ROTA_KEEPERS,
    "/roster/close": ROTA_KEEPERS,
    "/roster/reopen": ROTA_KEEPERS,
    "/roster/changes": ROTA_KEEPERS,
    "/roster/changes/undo": ROTA_KEEPERS,
    "/roster/calendars": ROTA_KEEPERS,
    "/roster/calendars/follow": ROTA_KEEPERS,
    "/roster/calendars/fetch": ROTA_KEEPERS,
    "/roster/calendars/forget": ROTA_KEEPERS,
    "/roster/calendars/link": ROTA_KEEPERS,
    "/roster/calendars/unlink": ROTA_KEEPERS,
    "/roster/import": ROTA_KEEPERS,
    "/roster/export.ics": ROTA_KEEPERS,
    "/counsellors": ROTA_KEEPERS,
    "/counsellors/new": ROTA_KEEPERS,
    "/counsellors/import": ROTA_KEEPERS,
    "/counsellors/_": ROTA_KEEPERS,
    "/counsellors/_/ring": ROTA_KEEPERS,
    "/counsellors/_/check": ROTA_KEEPERS,
    "/counsellors/_/pin": ROTA_KEEPERS,
    "/counsellors/_/remove": ROTA_KEEPERS,
    "/counsellors/_/removed": ROTA_KEEPERS,
}
