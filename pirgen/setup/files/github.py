"""The workflow of GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator

from pirgen.setup.files import Around, Step, placed

LEFT = """\
GitHub: set the variable PIRGEN of the repository to what pip installs there, such as
gh variable set PIRGEN --body 'pirgen @ git+https://code.example.org/pirgen@<commit>'"""


def steps(around: Around) -> Iterator[Step]:
    """A workflow that checks, where the code is on GitHub."""
    if around.host != "github":
        return
    text = around.fill(
        "reviews.yml", branch=around.branch, requirement=around.requirement, folder=around.project.prefix.rstrip("/")
    )
    yield placed(around, ".github/workflows/reviews.yml", text, "" if around.requirement else LEFT)
