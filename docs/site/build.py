"""The documentation site: python docs/site/build.py (`make docs`). No network; a warning or a dead link is an error.

Sources are gathered first, in the places they have in the repository, so that one link serves there and here: the pages
of docs/en and docs/vi, the reference that `reference.py` writes, the tutorials executed, decisions, findings.
"""

import re
import shutil
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbclient
import nbformat
from nbconvert import MarkdownExporter
from reference import PAGES, ROOT
from traitlets.config import Config

LANGUAGES = {"en": "English", "vi": "Tiếng Việt"}
KEPT = (
    *("docs/*/*.md", "docs/*/*.ipynb", "docs/*.md", "docs/*.png", "docs/schedule/*", "findings/*.sh"),
    "benchmarks/*.md",
    *("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "README.md", "README.vi.md", "reproduce.sh", "LICENSE"),
)
"""What is gathered, by pattern."""
LINK = re.compile(r"\]\(([^)#\s]+\.md)(?:#[^)]*)?\)")


def main(out=ROOT / "build" / "docs"):
    """Gather, build, and check what was built."""
    from sphinx.cmd.build import build_main

    shutil.rmtree(out, ignore_errors=True)
    gather(out / "source")
    options = ["--nitpicky", "--fail-on-warning", "--keep-going", "--quiet", "-c", str(Path(__file__).parent)]
    if build_main([*options, "-d", str(out / "trees"), str(out / "source"), str(out / "site")]):
        return 1
    found = faults(out / "site")
    print("\n".join(found) or f"{out / 'site' / 'index.html'}", file=sys.stderr if found else sys.stdout)
    return int(bool(found))


def gather(source):
    """The sources of the site, in `source`."""
    for pattern in KEPT:
        for path in ROOT.glob(pattern):
            if "site" not in path.parts:
                to = source / path.relative_to(ROOT)
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, to)
    for path in source.glob("*.md"):
        for link in re.findall(r"(?:\]\(|^\[\w+\]: )([\w./-]+)", path.read_text(encoding="utf-8"), re.M):
            if (ROOT / link).is_file() and not (source / link).exists():
                (source / link).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / link, source / link)
    for language in LANGUAGES:
        folder = source / "docs" / language
        (folder / "reference").mkdir()
        for name, page in PAGES.items():
            (folder / "reference" / f"{name}.md").write_text(page(language), encoding="utf-8")
        executed(folder / "tutorial.ipynb")
        for path in folder.rglob("*.md"):
            _switch(path, folder, language)
        _listed(folder / "index.md", _linked(folder / "index.md"))
    decisions = source / "docs" / "decisions"
    _listed(decisions / "README.md", sorted(path.name for path in decisions.glob("0*.md")))
    (source / "index.md").write_text(FRONT, encoding="utf-8")
    _listed(
        source / "index.md", [*TREE, *sorted(str(path.relative_to(source)) for path in source.glob("benchmarks/*.md"))]
    )


FRONT = """# ruralincome

- [Tiếng Việt](docs/vi/index.md)
- [English](docs/en/index.md)
"""
TREE = (
    *("Tiếng Việt <docs/vi/index.md>", "English <docs/en/index.md>", "docs/decisions/README.md", "docs/glossary.md"),
    *("docs/robustness.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"),
    *("README, tiếng Việt <README.vi.md>", "README, English <README.md>"),
)
"""What stands at the top of the contents."""


def executed(path):
    """A notebook run, as a Markdown page beside its pictures; the notebook goes."""
    notebook = nbformat.read(path, 4)
    local = Config({"KernelManager": {"transport": "ipc"}})
    resources = {"metadata": {"path": str(ROOT)}}
    nbclient.NotebookClient(notebook, timeout=600, resources=resources, config=local).execute()
    text, resources = MarkdownExporter().from_notebook_node(
        notebook, {"unique_key": path.stem, "output_files_dir": f"{path.stem}_files"}
    )
    for name, content in resources["outputs"].items():
        (path.parent / name).parent.mkdir(exist_ok=True)
        (path.parent / name).write_bytes(content)
    path.with_suffix(".md").write_text(re.sub(r"^```python3?$", "```python", text, flags=re.M), encoding="utf-8")
    path.unlink()


def faults(site):
    """Links of the built site that lead nowhere, and whatever would be fetched from elsewhere."""
    pages = {path.resolve(): _Page(path) for path in site.rglob("*.html")}
    found = []
    for path, page in pages.items():
        for tag, link in page.links:
            address = urlsplit(link)
            if address.scheme or address.netloc:
                if tag != "a":
                    found.append(f"{path}: {tag} from elsewhere: {link}")
                continue
            to = (path.parent / unquote(address.path)).resolve() if address.path else path
            missing = not to.exists() or (
                address.fragment and to in pages and unquote(address.fragment) not in pages[to].ids
            )
            if missing:
                found.append(f"{path}: no {link}")
    return sorted(set(found))


class _Page(HTMLParser):
    def __init__(self, path):
        super().__init__()
        self.ids, self.links = {""}, []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids |= {given[key] for key in ("id", "name") if given.get(key)}
        for key in ("href", "src"):
            if given.get(key):
                self.links.append((tag, given[key]))


def _switch(path, folder, language):
    """The same page in the other languages, under its heading."""
    up = "../" * (len(path.relative_to(folder).parts))
    others = [
        f"[{name}]({up}{code}/{path.relative_to(folder)})" for code, name in LANGUAGES.items() if code != language
    ]
    head, _, rest = path.read_text(encoding="utf-8").partition("\n")
    rest = rest.replace("(tutorial.ipynb)", "(tutorial.md)")
    path.write_text(f"{head}\n\n{' · '.join(others)}\n{rest}", encoding="utf-8")


def _linked(index):
    """The pages that an index names, in its order."""
    return list(
        dict.fromkeys(name for name in LINK.findall(index.read_text(encoding="utf-8")) if not name.startswith(".."))
    )


def _listed(index, names):
    """Add the pages to the tree of contents, below the index."""
    with index.open("a", encoding="utf-8") as file:
        file.write("\n".join(["", "```{toctree}", ":hidden:", "", *names, "```", ""]))


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
