"""What Sphinx is told: Markdown, both languages in one tree, nothing from a network."""

from gettext import translation
from pathlib import Path

from sphinx import package_dir

project = html_title = "ruralincome"
author, copyright = "The ruralincome developers", "The ruralincome developers, MIT"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_show_sphinx = html_copy_source = False
words = translation("sphinx", Path(package_dir) / "locale", ["vi"])


def setup(app):
    """A Vietnamese page says that it is one, and what the theme writes around it is Vietnamese, too."""

    def speak(app, pagename, templatename, context, doctree):
        if pagename.startswith("docs/vi/") or pagename == "README.vi":
            said = {"gettext": words.gettext, "ngettext": words.ngettext, "_": words.gettext}
            context |= {"language": "vi", **said}

    app.connect("html-page-context", speak)
