"""Board: the sliders, and what they change on the page."""

import os
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import ipywidgets as w
from babel import Locale
from markupsafe import Markup

from ruralincome.data.forms.read import readings_of
from ruralincome.data.package import find_root, nearest_root, read_series, resource_names
from ruralincome.explorer.controls import Controls
from ruralincome.explorer.sliders import DEFAULTS, Desk, make, python, report, save
from ruralincome.reference.vintages import class_names, pool_names, read_class, vintages
from ruralincome.report.answer.sections import headline, rules_panel
from ruralincome.report.answer.sentences import further
from ruralincome.report.take import numbers, picture
from ruralincome.report.templates import part, rendered, source
from ruralincome.report.words.phrases import indicator
from ruralincome.report.words.words import LANGUAGES, catalogue, fault, say, text
from ruralincome.scenario.file import read_scenario
from ruralincome.scenario.result import result
from ruralincome.series import InputError, Series, Shows

BUTTONS = ("save", "report", "take", "copy")
PASTED = "pasted.tsv"  # as what was pasted is called in faults: a spreadsheet's cells are parted by tabs
FIRST = 5  # places that are shown of a file of many
FIELDS = ("place", "target", "unit", "source")


class Page(w.VBox):  # type: ignore[misc]
    """What `explore` returns: the widgets, and for a notebook that was saved what they last said."""

    board: "Board"

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any]:
        return {**super()._repr_mimebundle_(**options), "text/html": self.board.still()}


def explore(series: Series | str | None = None, language: str = "", root: Path | None = None) -> Page:
    """Sliders for a target on a series; the chart, the verdict and the rules answer each move. series: its name in the
    folder's data package, or a Series that need not be there; the article's unless stated, or the folder's first.
    Raises InputError for an unknown series or language."""
    language = language or Shows.speaks()
    catalogue(language)  # refuses a language without words
    if not isinstance(series, Series | str | None):
        raise InputError("explorer.no_series", given=type(series).__name__)
    if isinstance(series, Series):  # in hand, it needs no folder
        return Board(series, language, root or nearest_root() or Path.cwd()).page
    root = root or find_root()
    if series is None:
        series = min(_listed(root), key=lambda name: name != DEFAULTS.series, default=DEFAULTS.series)
    return Board(read_series(series, root), language, root).page


class Board:
    """The widgets of one explorer, and the desk that answers them; page: where they are laid, a new one if None."""

    def __init__(self, series: Series, language: str, root: Path, page: Page | None = None) -> None:
        self.series, self.root, self.language, self.listed = series, root, language, _listed(root)
        self.own = self.listed.get(series.name) != series
        self.desk = Desk(root, series if self.own else None)
        latest = {name: read_class(name, max(vintages(name))) for name in (*pool_names(), *class_names())}
        self.classes = {name: found for name, found in latest.items() if found.kind == series.kind}
        self.kept: Path | None = None
        self.controls = Controls(series, tuple(self.classes), self._answer, self._refused)
        names = ["", *self.listed] if self.own else [*self.listed]
        self.chosen = w.Dropdown(options=names, value="" if self.own else series.name)
        self.languages = w.Dropdown(options=[(Locale(k).display_name, k) for k in LANGUAGES], value=language)
        self.answer, self.picture, self.rules = w.HTML().add_class("ri-live"), w.HTML(), w.HTML()
        self.name, self.said, self.code = w.Text(continuous_update=False), w.HTML(), w.HTML().add_class("ri-code")
        self.buttons = {key: w.Button().add_class(f"ri-{key}") for key in BUTTONS}
        self.taken, self.link = w.HTML(), w.Output()
        self.bringing = Bringing(root, self._go_on)
        self.page = page or Page()
        self.page.board = self
        self._lay()
        self.languages.observe(self._translate, "value")
        self.chosen.observe(lambda change: self._go_on(change["new"]), "value")
        for key, work in (("save", self._save), ("report", self._report), ("take", self._take)):
            self.buttons[key].on_click(partial(self._pressed, work))
        self.controls.start(self.desk.reply)
        self._translate()

    def still(self) -> str:
        """What the board says now, as a page without widgets."""
        style, said = rendered("explorer/style.html.j2"), (self.answer, self.picture, self.rules)
        parts = Markup("").join([Markup(style), *(Markup(part.value) for part in said)])
        return str(Markup('<div class="ri-explore" lang="{}">{}</div>').format(self.language, parts))

    def _lay(self) -> None:
        chosen = [w.VBox([one]).add_class("ri-control") for one in (self.languages, self.chosen)]
        script = {"application/javascript": str(source("explorer/script.js"))}
        ours = w.Output(outputs=({"output_type": "display_data", "data": script, "metadata": {}},))
        left = w.VBox([*chosen, *self.controls.rows()]).add_class("ri-controls")
        board = w.HBox([left, w.VBox([self.answer, self.picture]).add_class("ri-picture")]).add_class("ri-board")
        keep = w.HBox([self.name, *self.buttons.values()]).add_class("ri-row")
        style, told = w.HTML(rendered("explorer/style.html.j2")), [self.said, self.link, self.taken, self.code]
        self.page.children = [style, board, self.rules, keep, *told, self.bringing.box, ours]
        self.page.add_class("ri-explore")

    def _go_on(self, name: str) -> None:
        """Go on, on the same page, with another series of the folder."""
        if name and not self.controls.quiet:
            told = self.bringing.said.value
            Board(read_series(name, self.root), self.language, self.root, self.page).bringing.said.value = told

    def _translate(self, change: Any = None) -> None:
        """All words that do not depend on where the sliders stand, then those that do."""
        self.language = language = change["new"] if change else self.language
        for key, one in {"language": self.languages, "series": self.chosen, "name": self.name, **self.buttons}.items():
            one.description = say(f"explore.{key}", language)
        self.name.placeholder = say("explore.name.example", language)
        self.controls.translate(language, {name: text(found.title, language) for name, found in self.classes.items()})
        shown = {"": self.series, **self.listed} if self.own else self.listed
        self.controls.relabel(self.chosen, [(indicator(series, language), name) for name, series in shown.items()])
        self.bringing.translate(language)
        self._answer()

    def _answer(self) -> None:
        """Write what a move changed: a widget whose text stays the same sends nothing."""
        question, language = self.controls.question, self.language
        self.controls.read_out()
        self._say("")
        self.kept, self.taken.value, self.link.outputs = None, "", ()
        try:
            found = self.desk.reply(question)
        except InputError as why:
            self.answer.value = Markup('<p class="fault">{}</p>').format(fault(why, language))
            self.picture.value = self.rules.value = self.code.value = ""
            return
        self.picture.value = part("charts.fan_picture", language, a=found.assessment).html
        first, below = headline(found, language).html, " ".join(further(found, language))
        self.answer.value = Markup("{}<p>{}</p>").format(Markup(first), below)
        self.rules.value = rules_panel(found, language, folded=False).html
        lines = Markup('<pre tabindex="0" role="region" aria-label="{}">{}</pre>')
        self.code.value = "" if self.own else lines.format(say("explore.code", language), python(question))

    def _pressed(self, work: Callable[[], str], _: object) -> None:
        try:
            self._say(work())
        except InputError as why:
            self._refused(why)

    def _save(self) -> str:
        """Save the question as a scenario, and remember where until a slider moves."""
        if self.own:
            raise InputError("explorer.own", name=self.series.name)
        self.desk.reply(self.controls.question)
        self.kept = save(self.controls.question, self.name.value, self.root)
        title = text(read_scenario(self.kept).title, self.language)
        return say("explore.saved", self.language, name=self.kept.stem, title=title)

    def _report(self) -> str:
        """Make the report of the question, saved first unless it is, and link to it."""
        if self.kept is None:
            self._save()
        assert self.kept is not None
        self._say(say("explore.report.waits", self.language))
        made = report(self.kept, self.root, self.language)
        name, way = made.relative_to(self.root).as_posix(), Path(os.path.relpath(made)).as_posix()
        link = Markup('<p><a href="{}" target="_blank">{}</a></p>').format(way, name)  # JupyterLab knows the folder of
        self.link.outputs = ({"output_type": "display_data", "data": {"text/html": str(link)}, "metadata": {}},)
        return say("explore.report.made", self.language, file=name)

    def _take(self) -> str:
        """Offer the picture and the numbers, as they lie beside a report."""
        a = (found := self.desk.reply(self.controls.question)).assessment
        given = picture(found, "svg", self.language), numbers(result(found))
        files = zip(("svg", "csv"), ("image/svg+xml", "text/csv"), given, strict=True)
        named = [(f"{a.series.name}_{a.target.year}.{end}", k, b64encode(c).decode()) for end, k, c in files]
        self.taken.value = rendered("explorer/taken.html.j2", files=named)
        return say("explore.taken", self.language)

    def _refused(self, found: InputError) -> None:
        self._say(fault(found, self.language), "fault")

    def _say(self, words: str, role: str = "") -> None:
        told = Markup('<p role="status" class="{}" data-copied="{}" data-selected="{}">{}</p>')
        copied, selected = (say(f"explore.{key}", self.language) for key in ("copied", "selected"))
        self.said.value = told.format(role, copied, selected, words)


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
            facts = {"found": found, "first": FIRST, "fault": lambda told: fault(told, self.language)}
            self.said.value = rendered("explorer/readings.html.j2", language=self.language, **facts)
        except InputError as why:
            self._refused(why)

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
            self.said.value = Markup("<p>{}</p>").format(say("explore.bring.made", self.language, name=placed.name))
            self.made(placed.name)
        except InputError as why:
            self._refused(why)


def _listed(root: Path) -> dict[str, Series]:
    """The series of levels that the folder's data package holds and that can be read, by name."""
    found = {}
    for name in resource_names(root) if nearest_root(root) else ():
        with suppress(InputError):  # rates; `check` says what else is wrong
            found[name] = read_series(name, root)
    return found
