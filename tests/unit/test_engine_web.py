"""What graphprov adds to Neo4j Browser: colours that can be read and told apart, and the guide of named questions."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from graphprov.engine.web import GUIDE, guide_html, index_html, parse_style, questions, style_text, styled_browser
from graphprov.model.vocabulary import KINDS

PUBLISHED = '<html><head></head><body><script src="ui-libs-1.js"></script></body></html>'


def test_the_published_browser_is_packed_again_once(tmp_path: Path) -> None:
    published = tmp_path / "browser.jar"
    with zipfile.ZipFile(published, "w") as file:
        file.writestr("browser/index.html", PUBLISHED)
        file.writestr("browser/other.js", "x")
    packed = styled_browser(published, tmp_path / "cache")
    with zipfile.ZipFile(packed) as file:
        page = file.read("browser/index.html").decode()
        names = set(file.namelist())
    assert page.index("graphprov.js") < page.index("ui-libs-1.js")
    assert {"browser/other.js", "browser/graphprov.grass", "browser/graphprov.js", f"browser/{GUIDE}"} <= names
    before = packed.stat().st_ino
    assert styled_browser(published, tmp_path / "cache").stat().st_ino == before
    assert list(packed.parent.iterdir()) == [packed]


def test_a_browser_of_an_earlier_style_is_removed_unless_it_was_used_today(tmp_path: Path) -> None:
    published, cache = tmp_path / "browser.jar", tmp_path / "cache"
    with zipfile.ZipFile(published, "w") as file:
        file.writestr("browser/index.html", PUBLISHED)
    cache.mkdir()
    names = ("neo4j-browser-5-graphprov-old.jar", "neo4j-browser-5-graphprov-new.jar", "another.jar")
    for name in names:
        (cache / name).touch()
    for name in (names[0], names[2]):
        os.utime(cache / name, (0, 0))
    packed = styled_browser(published, cache)
    assert {path.name for path in cache.iterdir()} == {packed.name, *names[1:]}
    os.utime(packed, (0, 0))
    styled_browser(published, cache)
    assert packed.stat().st_mtime > 0


def test_every_named_question_is_in_the_guide_with_its_parameters() -> None:
    page = guide_html(questions())
    for row in questions():
        assert f"<code>{row.name}</code>" in page
        assert all(line.replace(">", "&gt;") in page for line in row.browser)


def test_text_with_markup_characters_stays_text_in_the_guide() -> None:
    page = guide_html(questions())
    assert "<-[" not in page
    assert (
        page.count("<slide>") == page.count("</slide>") == len({row.name.partition("/")[0] for row in questions()}) + 1
    )


def test_another_browser_than_we_know_is_left_as_it_is() -> None:
    assert index_html("<html>later</html>") == "<html>later</html>"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_text_can_be_read_on_every_colour() -> None:
    for selector, rule in parse_style(style_text()).items():
        bright, dark = sorted((luminance(rule["color"]), luminance(rule["text-color-internal"])), reverse=True)
        assert (bright + 0.05) / (dark + 0.05) >= 4.5, selector


def test_every_label_of_the_model_has_a_style_of_its_own() -> None:
    labels = {kind.label for kind in KINDS.values()}
    assert {f"node.{label}" for label in labels} <= set(parse_style(style_text()))
