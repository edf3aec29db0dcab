"""Board: the sliders, and what they change on the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ipywidgets as w
from markupsafe import Markup

from ruralincome.data.package import find_root, read_series
from ruralincome.explorer.bringing import Bringing
from ruralincome.explorer.saving import python, save
from ruralincome.explorer.sliders import DEFAULTS, Desk, Problem, Sliders
from ruralincome.reference.vintages import class_names, pool_names, read_class, vintages
from ruralincome.report.answer.sections import headline, rules_panel
from ruralincome.report.answer.sentences import further
from ruralincome.report.charts.fanchart import fan_picture
from ruralincome.report.templates import rendered, source
from ruralincome.report.words.phrases import signed
from ruralincome.report.words.words import LANGUAGES, fault, number, quantity, say, text
from ruralincome.series import InputError

YEARS_AHEAD = 10
NAMES = ("target", "year", "points", "sd", "reference", "as_of")


def explore(series: str = DEFAULTS.series, language: str = "vi", root: Path | None = None) -> w.VBox:
    """Sliders for a target on one series of the data package; the chart, the verdict and the rules answer each move.

    Raises InputError for an unknown series or language.
    """
    if language not in LANGUAGES:
        raise InputError("explorer.language", language=language, known=LANGUAGES)
    root = root or find_root()
    return Board(series, language, root).page


class Board:
    """The widgets of one explorer, and the desk that answers them."""

    def __init__(self, name: str, language: str, root: Path) -> None:
        self.series, self.root, self.desk = read_series(name, root), root, Desk(root)
        self.classes, self.language, self.quiet = (*pool_names(), *class_names()), language, False
        self.controls = self._controls()
        self.readouts = {key: w.HTML().add_class("ri-readout") for key in NAMES if key != "reference"}
        self.languages = w.Dropdown(options=[(say(f"explore.language.{k}", k), k) for k in LANGUAGES], value=language)
        self.answer, self.picture, self.rules = w.HTML().add_class("ri-live"), w.HTML(), w.HTML()
        self.name, self.said, self.code = w.Text(continuous_update=False), w.HTML(), w.HTML().add_class("ri-code")
        self.save, self.copy = w.Button(), w.Button().add_class("ri-copy")
        self.bringing = Bringing(root, self._made)
        self.page = self._page()
        for control in self.controls.values():
            control.observe(self._moved, "value")
        self.languages.observe(self._translated, "value")
        self.save.on_click(self._save)
        self._translate()

    @property
    def question(self) -> Sliders:
        """Where the sliders stand."""
        at = {key: control.value for key, control in self.controls.items()}
        digits = self.series.decimals
        target, points, sd = round(at["target"], digits), round(at["points"], 1), round(at["sd"], 1)
        return Sliders(self.series, target, at["year"], points, sd, at["reference"], at["as_of"])

    def _controls(self) -> dict[str, Any]:
        s = self.series
        default = self.series.name == DEFAULTS.series
        target = DEFAULTS.target.value if default else round(s.last * 1.1, s.decimals)
        low, high = round(s.last / 2, s.decimals), round(s.last * 3, s.decimals)
        classes = self.classes
        first = DEFAULTS.reference if DEFAULTS.reference in classes else classes[0]

        def slider(kind: Callable[..., Any], **keys: Any) -> Any:
            return kind(readout=False, layout=w.Layout(width="auto"), **keys)

        return {
            "target": slider(w.FloatSlider, value=target, min=low, max=high, step=10.0**-s.decimals),
            "year": slider(w.IntSlider, value=s.origin + 1, min=s.years[0] + 1, max=s.origin + YEARS_AHEAD),
            "points": slider(w.FloatSlider, value=0.0, min=-20.0, max=20.0, step=0.5),
            "sd": slider(w.FloatSlider, value=0.0, min=0.0, max=10.0, step=0.5),
            "reference": w.Dropdown(options=classes, value=first),
            "as_of": slider(w.IntSlider, value=s.origin, min=s.years[0], max=s.origin),
        }

    def _page(self) -> w.VBox:
        rows = [w.VBox([self.languages]).add_class("ri-control")]
        for key, control in self.controls.items():
            parts = [control, self.readouts[key]] if key in self.readouts else [control]
            rows.append(w.VBox(parts).add_class("ri-control"))
        script = {"application/javascript": str(source("explorer/script.js"))}
        ours = w.Output(outputs=({"output_type": "display_data", "data": script, "metadata": {}},))
        left, right = w.VBox(rows).add_class("ri-controls"), w.VBox([self.answer, self.picture]).add_class("ri-picture")
        board = w.HBox([left, right]).add_class("ri-board")
        keep = w.HBox([self.name, self.save, self.copy]).add_class("ri-row")
        style = w.HTML(rendered("explorer/style.html.j2"))
        parts = [style, board, self.rules, keep, self.said, self.code, self.bringing.box, ours]
        return w.VBox(parts).add_class("ri-explore")

    def _made(self, name: str) -> None:
        """Go on with the series of a place that was made of a file."""
        told = self.bringing.said.value
        other = Board(name, self.language, self.root)
        other.bringing.said.value = told
        self.page.children = other.page.children

    def _moved(self, _: object) -> None:
        if not self.quiet:
            self._answer()

    def _translated(self, change: Any) -> None:
        self.language = change["new"]
        self._translate()

    def _translate(self) -> None:
        """All words that do not depend on where the sliders stand, then those that do."""
        for key, control in (*self.controls.items(), ("language", self.languages), ("name", self.name)):
            if key != "points":
                control.description = say(f"explore.{key}", self.language)
        for key, button in (("save", self.save), ("copy", self.copy)):
            button.description = say(f"explore.{key}", self.language)
        self.bringing.translate(self.language)
        self.name.placeholder = say("explore.name.example", self.language)
        chosen = self.controls["reference"]
        self.quiet, value = True, chosen.value
        chosen.options = [(_title(name, self.language), name) for name in self.classes]
        chosen.value = value
        self.quiet = False
        self._say("")
        self._answer()

    def _answer(self) -> None:
        """Write what a move changed: a widget whose text stays the same sends nothing."""
        question, language = self.question, self.language
        self._read_out(question)
        found = self.desk.reply(question)
        if isinstance(found, Problem):
            self.answer.value = Markup('<p class="fault">{}</p>').format(self._sentence(found))
            self.picture.value = self.rules.value = self.code.value = ""
            return
        self.picture.value = fan_picture(found.assessment, language)
        first, below = headline(found, language).html, " ".join(further(found, language))
        self.answer.value = Markup("{}<p>{}</p>").format(Markup(first), below)
        self.rules.value = rules_panel(found, language, folded=False).html
        lines = Markup('<pre tabindex="0" role="region" aria-label="{}">{}</pre>')
        self.code.value = lines.format(say("explore.code", language), python(question))

    def _read_out(self, question: Sliders) -> None:
        language, unit, digits = self.language, self.series.unit, self.series.decimals
        self.controls["points"].description = say("explore.points", language, year=question.shock_year)
        for key, words in {
            "target": quantity(question.target, unit, language, digits),
            "year": str(question.year),
            "points": say("explore.points.readout", language, points=signed(question.points, language, 1)),
            "sd": say("explore.points.readout", language, points=number(question.sd, language)),
            "as_of": str(question.as_of),
        }.items():
            self.readouts[key].value = words

    def _save(self, _: object) -> None:
        question = self.question
        found = self.desk.reply(question)
        written = found if isinstance(found, Problem) else save(question, self.name.value.strip(), self.root)
        if isinstance(written, Problem):
            self._say(self._sentence(written), "fault")
        else:
            title = text(question.scenario().title, self.language)
            self._say(say("explore.saved", self.language, name=written.stem, title=title))

    def _sentence(self, problem: Problem) -> str:
        facts = {k: fault(v, self.language) if isinstance(v, InputError) else v for k, v in problem.facts.items()}
        if "reference" in facts:
            facts["reference"] = _title(str(facts["reference"]), self.language)
        return say(problem.code, self.language, **facts)

    def _say(self, words: str, role: str = "") -> None:
        told = Markup('<p role="status" class="{}" data-copied="{}" data-selected="{}">{}</p>')
        copied, selected = (say(f"explore.{key}", self.language) for key in ("copied", "selected"))
        self.said.value = told.format(role, copied, selected, words)


def _title(reference: str, language: str) -> str:
    """The title of a shipped class in its latest vintage."""
    return text(read_class(reference, max(vintages(reference))).title, language)
