"""Many recordings at once: a ZIP, or several files named by prompt, with a line for each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from flask import Response, flash, request, stream_template
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as BaseResponse

from ivr.console.pages import Pages, by, page, see
from ivr.console.rules import RECORDERS
from ivr.console.studio_batch import Batch, Line
from ivr.console.studio_place import StudioPages
from ivr.content.catalogue import Prompt
from ivr.sound.intake import Origin
from ivr.sound.manifest import readable_manifest
from ivr.sound.takes import Draft

LARGEST = 64 << 20  # bytes
MOST = 500  # files beside each other; a ZIP may hold more
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class UploadPages(StudioPages):
    """The form, and the list that grows while the files are examined."""

    def add(self, pages: Pages) -> None:
        """Serve /staff/studio/<language>/upload."""
        path = "/studio/<language>/upload"
        pages.add(path, self.form, may=RECORDERS, name="studio_upload")
        post = ("POST",)
        pages.add(path, self.upload, may=RECORDERS, methods=post, name="studio_uploaded", largest=LARGEST)

    def form(self, language: str) -> str:
        """What can be sent, and how it is to be named."""
        return page("studio/upload.html", language=self.language(language), most=LARGEST >> 20)

    def upload(self, language: str) -> BaseResponse:
        """A page that is sent line by line: minutes of work, and nobody wonders whether it goes on."""
        spoken, sent = self.language(language), _sent()
        if not sent:
            flash("Choose a ZIP or some sound files first.", "error")
            return see("studio_upload", language=language)
        batch = self._batch(language, accept=request.form.get("accept") == "yes")
        # What the request brought is gone before the first line is sent.
        folder = TemporaryDirectory(prefix="upload.")
        sources = [_saved(each, Path(folder.name) / str(place)) for place, each in enumerate(sent)]
        lines = stream_template(
            "studio/uploaded.html", language=spoken, lines=self._lines(batch, sources, folder)
        )
        answer = Response(lines)
        answer.call_on_close(folder.cleanup)
        answer.headers["X-Accel-Buffering"] = "no"
        return answer

    def _lines(
        self, batch: Batch, sources: Sequence[Path], folder: TemporaryDirectory[str]
    ) -> Iterator[Line]:
        with folder:
            yield from batch.lines(sources)
        self.desk.freshen()

    def _batch(self, language: str, *, accept: bool) -> Batch:
        takes, name, until = self.desk.takes, by(), self.desk.now() + PATIENCE
        built = readable_manifest(self.desk.settings.audio_dir, language)
        prompts = self.catalogue().content.prompts.get(language, {})

        def draft(prompt: Prompt, data: bytes, file: str) -> Draft:
            origin = Origin(file, "upload", name, self.desk.now())
            return takes.draft(prompt, data, origin, built.get(prompt.id))

        def make_live(take: int) -> None:
            takes.accept(take, name)

        return Batch(
            prompts={prompt.id.lower(): prompt for prompt in prompts.values()},
            draft=draft,
            accept=make_live if accept else None,
            late=lambda: self.desk.now() > until,
        )


def _sent() -> list[FileStorage]:
    return [each for each in request.files.getlist("recordings")[:MOST] if each.filename]


def _saved(sent: FileStorage, folder: Path) -> Path:
    """The file in a folder of its own, under the last part of its name, whatever that says."""
    folder.mkdir()
    name = PurePosixPath((sent.filename or "").replace("\\", "/")).name
    safe = "".join(each for each in name if each.isprintable() and each not in '/:*?"<>|')[
        -60:
    ]  # 240 bytes at most
    path = folder / (safe.lstrip(".") or "unnamed")
    sent.save(path)
    return path
