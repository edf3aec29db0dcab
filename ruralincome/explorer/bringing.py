"""Bringing: a file of figures, chosen, dropped or pasted: what was understood of it, and the place that it makes."""

from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w
from markupsafe import Markup

from ruralincome.data.forms.read import readings_of
from ruralincome.explorer.saving import make
from ruralincome.report.templates import rendered
from ruralincome.report.words.words import fault, say
from ruralincome.series import InputError

PASTED = "pasted.tsv"
"""The name of what was pasted, in faults: a spreadsheet's cells are parted by tabs."""
FIRST = 5
"""Places that are shown of a file of many."""
FIELDS = ("place", "target", "unit", "source")


class Bringing:
    """The widgets by which figures come in; made: is called with the name of the series of a place that was made."""

    def __init__(self, root: Path, made: Callable[[str], None]) -> None:
        self.root, self.made, self.language = root, made, "vi"
        self.file, self.content = "", b""
        self.upload, self.paste = w.FileUpload(), w.Textarea(continuous_update=False)
        self.dropped = w.Textarea().add_class("ri-dropped")
        self.fields = {key: w.Text(continuous_update=False) for key in FIELDS}
        self.make, self.said = w.Button(), w.HTML().add_class("ri-live")
        self.title = w.HTML()
        row = w.HBox([*self.fields.values(), self.make]).add_class("ri-row")
        parts = [self.title, w.HBox([self.upload, self.paste]).add_class("ri-row"), self.dropped, self.said, row]
        self.box = w.VBox(parts).add_class("ri-bring")
        self.upload.observe(self._uploaded, "value")
        self.paste.observe(lambda change: self.bring(PASTED, change["new"].encode()), "value")
        self.dropped.observe(self._dropped, "value")
        self.make.on_click(lambda _: self._make())

    def translate(self, language: str) -> None:
        """All words in a language."""
        self.language = language
        self.upload.description, self.make.description = (say(f"explore.bring.{k}", language) for k in ("file", "make"))
        self.paste.description = say("explore.bring.paste", language)
        self.title.value = Markup("<h3>{}</h3>").format(say("explore.bring", language))
        for key, field in self.fields.items():
            field.description = say(f"explore.bring.{key}", language)
        if self.content:
            self.bring(self.file, self.content)

    def bring(self, file: str, content: bytes) -> None:
        """Show what the bytes of a file hold and how they were understood, or why they cannot be read."""
        self.file, self.content = file, content
        try:
            found = readings_of(content, file) if content.strip() else []
        except InputError as why:
            self._refused(why)
            return
        facts = {"found": found, "first": FIRST, "fault": lambda told: fault(told, self.language)}
        facts["status"] = lambda status: fault(InputError(f"data.status_{status}"), self.language)
        self.said.value = rendered("explorer/readings.html.j2", language=self.language, **facts)

    def _refused(self, why: InputError) -> None:
        self.said.value = Markup('<p class="fault">{}</p>').format(fault(why, self.language))

    def _uploaded(self, change: dict[str, Any]) -> None:
        for one in change["new"]:
            self.bring(str(one["name"]), bytes(one["content"]))

    def _dropped(self, change: dict[str, str]) -> None:
        name, _, packed = change["new"].partition("\n")
        if packed:
            self.bring(name, b64decode(packed))

    def _make(self) -> None:
        stated = {key: field.value.strip() for key, field in self.fields.items()}
        try:
            placed = make(self.content, Path(self.file).name or PASTED, root=self.root, **stated)
        except InputError as why:
            self._refused(why)
            return
        self.said.value = Markup("<p>{}</p>").format(say("explore.bring.made", self.language, name=placed.name))
        self.made(placed.name)
