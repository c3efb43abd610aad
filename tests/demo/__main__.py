"""Makes the demo's repository: `python -m tests.demo FOLDER`. The folder must not be there yet."""

import sys
from pathlib import Path

from tests.demo import build

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    if folder.exists():
        sys.exit(f"{folder} is there already; remove it first")
    commits = build(folder).git("rev-list", "--count", "HEAD")
    print(f"{folder}/ is a git repository of {commits} commits: reviews in pir/, logs in operational_audit/incidents/")
