"""Templates of one's own: a block of one template, in a sandbox, and what is said where one is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from pirgen.errors import PirgenError
from pirgen.templating import Templates
from tests.support import Cli, Repo, review

PAGE = "docs/ops/pir/INC-001.md"


def rendered(cli: Cli, template: str, name: str = "review.md.j2") -> str:
    cli.write("pirgen.yaml", "templates: ours\n")
    cli.write(f"ours/{name}", template)
    cli.write("pir/INC-001.yaml", review(impact="<b>30%</b> of [requests](x)"))
    done = cli.run("render")
    if done.returncode:
        assert done.stderr.count("\n") == 1
        return done.stderr.strip()
    return (cli.folder / PAGE).read_text(encoding="utf-8")


def test_one_block_of_one_template_is_replaced(cli: Cli) -> None:
    own = (
        '{% extends "pirgen/review.md.j2" %}\n'
        "{% block lessons %}\n## What we take along\n\n{{ review.impact | md }}\n{% endblock %}\n"
    )
    page = rendered(cli, own)
    assert "## What we take along\n\n&#60;b&#62;30%&#60;/b&#62; of &#91;requests&#93;(x)" in page
    assert "## Lessons learned" not in page
    assert "## Root cause" in page
    assert cli.run("render", "--check").returncode == 0


def test_a_block_keeps_what_was_there(cli: Cli) -> None:
    own = '{% extends "pirgen/review.md.j2" %}{% block title %}{{ super() }}\nFor us alone.\n\n{% endblock %}'
    assert "# INC-001: " in rendered(cli, own)
    assert "For us alone." in rendered(cli, own)


def test_new_reviews_start_from_a_template_too(cli: Cli) -> None:
    cli.write("pirgen.yaml", "templates: ours\n")
    cli.write("ours/new.yaml.j2", "incident_id: {{ id | plain }}\nstatus: draft\n")
    assert cli.run("new", "INC-042").returncode == 0
    assert (cli.folder / "pir/INC-042.yaml").read_text(encoding="utf-8") == "incident_id: INC-042\nstatus: draft\n"


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        ("a\n{% if %}", "ours/review.md.j2:2: Expected an expression, got 'end of statement block'"),
        ("a\nb\n{{ nothing.of.that }}", "ours/review.md.j2:3: 'nothing' is undefined"),
        ("{{ review.nothing }}", "ours/review.md.j2:1: 'pirgen.review.Review object' has no attribute 'nothing'"),
        ("\n{{ 1 / 0 }}", "ours/review.md.j2:2: division by zero"),
        ("{{ review.impact | shout }}", "ours/review.md.j2:1: No filter named 'shout'."),
        ('{% include "nowhere.j2" %}', "ours/review.md.j2:1: there is no template `nowhere.j2`; pirgen's own are below "
                                       "`pirgen/`"),
        ('{% extends "review.md.j2" %}', "ours/review.md.j2:1: it extends or includes itself, or nests too deep; "
                                         "pirgen's own are below `pirgen/`"),
        ("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", "review.md.j2: it extends or includes itself, or nests too "
                                                        "deep; pirgen's own are below `pirgen/`"),
    ],
)  # fmt: skip
def test_what_is_wrong_names_file_and_line(cli: Cli, template: str, complaint: str) -> None:
    assert rendered(cli, template) == f"pirgen: {complaint}"


@pytest.mark.parametrize(
    "template",
    [
        "{{ review.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ lipsum.__globals__ }}",
        "{{ evidence.__class__ }}",
        "{% for x in range(10 ** 9) %}x{% endfor %}",
        "{{ review.tags.append('x') }}{{ strip.clear() }}",
    ],
)
def test_the_sandbox_holds(cli: Cli, template: str) -> None:
    assert rendered(cli, template).startswith("pirgen: ours/review.md.j2:1: ")


NESTED = (
    "{{% set n = namespace(a=[1], b=[1]) %}}{{% for i in range(40) %}}"
    "{{% set n.a = [n.a, n.a] %}}{{% set n.b = [n.b, n.b] %}}{{% endfor %}}{}"
)
"""Lists that hold the same list twice, 40 deep."""


@pytest.mark.parametrize(
    "template",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% set s = 'x' * 999999 %}{% macro m() %}{% for i in range(9999) %}{{ s }}{% endfor %}{% endmacro %}{{ m() }}",
        "{% set n = namespace(s='x') %}{% for i in range(99) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{{ 'x' * 10 ** 10 }}",
        "{{ 10 ** (10 ** 10) }}",
        "{{ 'x' | center(10 ** 10) }}",
        "{{ 'x'.ljust(10 ** 10) }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ '%9999999999d' | format(1) }}",
        "{{ '{:>9999999999}'.format(1) }}",
        "{% set s = 'x' * 999999 %}{{ s | replace('x', s) }}",
        "{% set s = 'x' * 999999 %}{{ s.join(s) }}",
        "{% set s = 'x' * 999999 %}{{ s.translate({120: s}) }}",
        "{% set s = 'x' * 999999 %}{{ ''.join((s,) * 9999) }}",
        "{% set s = 'x' * 999999 %}{{ dict.fromkeys(range(9999), s).values() | join }}",
        "{% set s = 'x' * 999999 %}{{ (['y'] * 999999) | join(s) }}",
        "{{ range(9999) | map('string') | map('center', 999999) | join }}",
        "{{ ('a\\n' * 99999) | indent(99999) }}",
        "{{ ('\\t' * 99999).expandtabs(99999) }}",
        "{{ (' ' * 999999) | wordwrap(5) }}",
        "{% set n = 3 ** 500000 %}{% for i in range(99999) %}{% set m = n * n %}{% endfor %}",
        "{% for i in range(99999) %}{% set m = 3 ** 500000 %}{% endfor %}",
        "{% set s = 'x' * 999999 %}{% for i in range(99999) %}{% set m = s[1:] %}{% endfor %}",
        "{% set s = 'x' * 999999 %}{% for i in range(99999) %}{% set m = 'y' in s %}{% endfor %}",
        "{% set s = [1] * 999999 %}{% for i in range(99999) %}{% set m = 2 in s %}{% endfor %}",
        NESTED.format("{{ n.a }}"),
        NESTED.format("{{ n.a == n.b }}"),
        NESTED.format("{{ n.a | tojson }}"),
        NESTED.format("{{ n.a is eq n.b }}"),
        NESTED.replace("[n.a, n.a]", "dict(a=n.a, b=n.a)").format("{{ n.a }}"),
        NESTED.replace("[n.a, n.a]", "[n.a] * 2").format("{{ n.a }}"),
        NESTED.replace("[n.a, n.a]", "range(1) | batch(3, n.a) | list").format("{{ n.a }}"),
    ],
)
def test_a_template_ends(cli: Cli, template: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pirgen.templating.sandbox.MAX_STEPS", 100_000)
    cli.write("ours/review.md.j2", f"\n{template}")
    with pytest.raises(PirgenError, match=r"^ours/review\.md\.j2:2: it (takes|makes) .*more than 1"):
        Templates(cli.folder, "ours").render("review.md.j2")


def test_a_width_is_no_value(cli: Cli) -> None:
    for template in ("{{ '{:>{w[0]}}'.format(1, w=[10 ** 9]) }}", "{{ '{0:{1}}'.format(1, '>999999999') }}"):
        assert (
            rendered(cli, template)
            == "pirgen: ours/review.md.j2:1: it takes a width from a value; write the width itself"
        )
    assert "    7" in rendered(
        cli, '{% extends "pirgen/review.md.j2" %}{% block lessons %}{{ "{{}}{:5}".format(7) }}{% endblock %}'
    )


def test_a_namespace_shows_nothing(cli: Cli) -> None:
    own = (
        "{% set n = namespace(a=1) %}{% for i in range(40) %}{% set n.a = namespace(a=n.a, b=n.a) %}{% endfor %}{{ n }}"
    )
    cli.write("ours/review.md.j2", own)
    assert Templates(cli.folder, "ours").render("review.md.j2") == "<Namespace>"


def test_a_macro_is_told_the_loop(cli: Cli) -> None:
    own = "{% macro m(loop) %}{{ loop.index }}{% endmacro %}{% for one in 'ab' %}{{ m(loop) }}{% endfor %}"
    cli.write("ours/review.md.j2", own)
    assert Templates(cli.folder, "ours").render("review.md.j2") == "12"


def test_a_list_may_grow_in_a_loop(cli: Cli) -> None:
    own = (
        "{% set n = namespace(a=[]) %}{% for i in range(3000) %}{% set n.a = n.a + [i] %}{% endfor %}{{ n.a | length }}"
    )
    cli.write("ours/review.md.j2", own)
    assert Templates(cli.folder, "ours").render("review.md.j2") == "3000"


def test_files_outside_are_out_of_reach(cli: Cli, tmp_path: Path) -> None:
    secret = cli.write("secret.txt", "SECRET")
    assert "there is no template" in rendered(cli, '{% include "../secret.txt" %}')
    (cli.folder / "ours/link.txt").symlink_to(secret)
    assert "there is no template" in rendered(cli, '{% include "link.txt" %}')
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    (cli.folder / "out").symlink_to(tmp_path / "elsewhere" if tmp_path not in cli.folder.parents else "/")
    cli.write("pirgen.yaml", "templates: out\n")
    done = cli.run("render")
    assert (done.returncode, "leads out of the project" in done.stderr) == (2, True)


def test_pages_about_all_reviews_give_no_way_to_files(repo: Repo) -> None:
    repo.commit("2025-10-06", {"pirgen.yaml": "templates: ours\n", "pir/INC-001.yaml": review()})
    for page in ("index", "report", "actions", "policy"):
        own = "{% for name, one in self._TemplateReference__context.items() %}{{ one.root }}{% endfor %}"
        repo.write(f"ours/site/{page}.md.j2", own)
        assert f"ours/site/{page}.md.j2:1: " in repo.run("render", "--dashboards", "docs/ops/pir").stderr
        (repo.folder / f"ours/site/{page}.md.j2").unlink()
    for path in ("subject", "view.commit.__self__", "view.linked.__closure__", "templates", "config.root"):
        repo.write("ours/site/policy.md.j2", f"{{{{ {path} }}}}")
        assert "ours/site/policy.md.j2:1: " in repo.run("render", "--dashboards", "docs/ops/pir").stderr, path


def test_a_template_that_is_no_text_or_forgets_the_front_matter_is_said(cli: Cli) -> None:
    cli.write("pirgen.yaml", "templates: ours\n")
    cli.write("pir/INC-001.yaml", review())
    cli.write("ours/review.md.j2", b"caf\xe9")
    assert "ours/review.md.j2:1: it is not UTF-8" in cli.run("render").stderr
    cli.write("ours/review.md.j2", "# Only a heading\n")
    done = cli.run("render")
    assert (done.returncode, "leaves out the front matter" in done.stderr) == (2, True)
    assert not (cli.folder / PAGE).exists()


def test_a_folder_that_is_not_there_is_said(cli: Cli) -> None:
    cli.write("pirgen.yaml", "templates: ours\n")
    cli.write("pir/INC-001.yaml", review())
    done = cli.run("render")
    assert (done.returncode, "`templates` in pirgen.yaml names" in done.stderr) == (2, True)
