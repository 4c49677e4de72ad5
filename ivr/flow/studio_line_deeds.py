"""What a recording call asks to be done before anything is said; each names the event that tells of it."""

from dataclasses import dataclass

from ivr.flow.studio_line_state import Among, Term


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Look at a staff number and a PIN: PinTried."""

    number: str
    pin: str


@dataclass(frozen=True, slots=True)
class FindNext:
    """Look for the next prompt to record after that number of the script: Found."""

    language: str
    among: Among
    after: int = 0


@dataclass(frozen=True, slots=True)
class FindOne:
    """Look for the prompt of that number: Found."""

    language: str
    number: int


@dataclass(frozen=True, slots=True)
class KeepRecording:
    """Have a recording become a draft of the prompt, with a `term` of a new announcement: Kept."""

    recording: str
    language: str
    code: str
    term: Term | None = None


@dataclass(frozen=True, slots=True)
class LookFor:
    """Look what has become of the recording: Drafted, Refused or NotHere."""

    recording: str


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """Look for a draft: Drafted."""

    take: int


@dataclass(frozen=True, slots=True)
class AcceptTake:
    """Let callers hear the draft: Accepted."""

    take: int


@dataclass(frozen=True, slots=True)
class GoBack:
    """Let callers hear the take before: Heard. Unless `really`, only look what they hear now."""

    language: str
    code: str
    really: bool = True


Deed = CheckPin | FindNext | FindOne | KeepRecording | LookFor | OpenDraft | AcceptTake | GoBack
