"""The job of GitLab CI."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.setup.files import Around, Step

FILE = ".gitlab-ci.yml"
LEFT = """\
GitLab: set the CI/CD variable PIRGEN to what pip installs there, such as
pirgen @ git+https://code.example.org/pirgen@<commit>"""


def steps(around: Around) -> Iterator[Step]:
    """A job that checks, where the code is on GitLab. A file that is there is kept, and the job is shown."""
    if around.host != "gitlab":
        return
    text = around.fill("gitlab-ci.yml", requirement=around.requirement, folder=around.project.prefix.rstrip("/"))
    variable = "" if around.requirement else LEFT
    there = around.source(FILE)
    if there is None:
        yield Step(FILE, text, said="written", left=variable)
    elif b"pirgen" in there.data:
        yield Step(FILE)
    else:
        yield Step(FILE, left="\n".join(filter(None, (f"{FILE}: add this job", text.rstrip(), variable))))
