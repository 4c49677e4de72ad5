"""What staff do with takes of a prompt: record or send one, accept it, go back, withdraw, discard."""

from dataclasses import dataclass

from flask import abort, flash, request
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.pages import Pages, by, see
from ivr.console.rules import RECORDERS
from ivr.console.studio_place import StudioPages, as_read, back_to, session_kind
from ivr.content.catalogue import Prompt
from ivr.sound.intake import Origin
from ivr.sound.manifest import Entry, readable_manifest
from ivr.sound.takes import Draft, NotKeptError, TakeLostError, UnknownTakeError
from ivr.sound.trouble import SoundError
from ivr.storage.takes import Take

LARGEST = 20 << 20  # bytes: ten minutes of what a browser records, two of what a studio does
LATER = "It cannot be kept just now. The recording stays here: keep it in a minute."
LOST = "The recording is gone: somebody may have removed it. Record it again."
HEARD = "Below is how callers will hear it: keep it, or record it again."


@dataclass(frozen=True, slots=True)
class TakePages(StudioPages):
    """The changes; each leads back to the page it was asked from."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language>/<prompt>/takes."""
        takes = "/studio/<language>/<prompt>/takes"
        one = f"{takes}/<int(signed=True):take>"
        post = ("POST",)
        pages.add(takes, self.draft, may=RECORDERS, methods=post, name="studio_draft", largest=LARGEST)
        pages.add(f"{one}/accept", self.accept, may=RECORDERS, methods=post, name="studio_accept")
        pages.add(f"{one}/discard", self.discard, may=RECORDERS, methods=post, name="studio_discard")
        pages.add(f"{takes}/back", self.back, may=RECORDERS, methods=post, name="studio_back")
        pages.add(f"{takes}/withdraw", self.withdraw, may=RECORDERS, methods=post, name="studio_withdraw")

    def draft(self, language: str, prompt: str) -> BaseResponse:
        """What was recorded, or a file: examined, and kept as a draft if callers could hear it."""
        found, sent = self.prompt(language, prompt), request.files.get("recording")
        data = sent.read() if sent else b""
        if not sent or not data:
            flash("Choose a sound file first, or record.", "error")
            return back_to(language, prompt)
        source = "browser" if request.form.get("source") == "browser" else "upload"
        origin = Origin(sent.filename or "", source, by(), self.desk.now())
        self._examine(as_read(found, request.form), data, origin)
        return back_to(language, prompt)

    def accept(self, language: str, prompt: str, take: int) -> BaseResponse:
        """Callers hear this take from now on."""
        self.take(language, prompt, take)
        try:
            kept = self.desk.takes.accept(take, by())
        except (NotKeptError, TakeLostError, UnknownTakeError) as error:
            flash(LATER if isinstance(error, NotKeptError) else LOST, "error")
            return back_to(language, prompt)
        self.desk.freshen()
        return self._kept(kept)

    def discard(self, language: str, prompt: str, take: int) -> BaseResponse:
        """The take is removed, unless callers hear it."""
        if self.take(language, prompt, take).live:
            abort(400)
        self.desk.takes.discard(take, by())
        flash("The recording is removed.")
        return back_to(language, prompt)

    def back(self, language: str, prompt: str) -> BaseResponse:
        """Callers hear the take that they heard before."""
        self.prompt(language, prompt)
        earlier = self.desk.takes.back(prompt, language, by())
        self.desk.freshen()
        told = f"Callers hear take {earlier.id} again." if earlier else "There is no earlier recording."
        flash(told, "message" if earlier else "warning")
        return back_to(language, prompt)

    def withdraw(self, language: str, prompt: str) -> BaseResponse:
        """Callers hear no recording of it any more."""
        self.prompt(language, prompt)
        self.desk.takes.withdraw(prompt, language, by())
        self.desk.freshen()
        flash("Callers do not hear the recording any more. It is kept here.")
        return back_to(language, prompt)

    def _examine(self, prompt: Prompt, data: bytes, origin: Origin) -> None:
        try:
            made = self.desk.takes.draft(prompt, data, origin, self._built(prompt))
        except SoundError as error:
            flash(f"Not kept: {error}", "error")
        except NotKeptError:
            flash("It cannot be kept just now. Record it again in a minute.", "error")
        else:
            flash(*told_of(made))

    def _built(self, prompt: Prompt) -> Entry | None:
        return readable_manifest(self.desk.settings.audio_dir, prompt.language).get(prompt.id)

    def _kept(self, take: Take) -> BaseResponse:
        when = (
            "from now on"
            if take.live
            else "as soon as the database answers again; it is safe here until then"
        )
        flash(f"Kept: callers hear {take.prompt} {when}.")
        if kind := session_kind():
            number = self.prompt(take.language, take.prompt).number
            return see("studio_session", language=take.language, what=kind, after=number)
        return back_to(take.language, take.prompt)


def told_of(draft: Draft) -> tuple[str, str]:
    """What the checks say of a recording, and how bad that is."""
    findings = "; ".join(finding.text for finding in draft.report.findings)
    if draft.take is None:
        return f"Not kept: {findings}", "error"
    return (f"Listen well: {findings}", "warning") if findings else (HEARD, "message")
