"""Odd settings of git and odd variables of the environment change no answer."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.attack.ground import end, project, said, start

TIMES = 400
ASKED = (
    "report --export json --no-cache --as-of 2025-11-01",
    "history --format json --no-cache",
    "check --format json --as-of 2025-11-01",
    "lint --since HEAD~1 --format json",
    "lint --staged --format json",
)
SETTINGS = """
core.quotePath=false core.abbrev=4 core.abbrev=40 core.commentChar=; core.eol=crlf core.autocrlf=true
core.autocrlf=input core.safecrlf=true core.ignoreCase=true core.fileMode=false core.symlinks=false
core.bigFileThreshold=1 core.deltaBaseCacheLimit=1 core.multiPackIndex=false core.commitGraph=false
core.untrackedCache=true core.splitIndex=true core.useReplaceRefs=false core.checkStat=minimal core.trustctime=false
core.warnAmbiguousRefs=true core.attributesFile=/nowhere core.excludesFile=/nowhere core.sparseCheckout=true
core.logAllRefUpdates=always core.precomposeUnicode=true core.protectHFS=true core.protectNTFS=true
core.loosecompression=9 core.preloadIndex=false core.fsync=none core.editor=false core.pager=false
core.hooksPath=/nowhere core.whitespace=cr-at-eol log.date=relative log.follow=true log.showRoot=false
log.mailmap=true log.decorate=full log.abbrevCommit=true log.diffMerges=combined log.showSignature=true
log.initialDecorationSet=all log.excludeDecoration=* log.graphColors=red diff.renames=copies diff.renames=false
diff.renameLimit=1 diff.noPrefix=true diff.mnemonicPrefix=true diff.algorithm=patience diff.orderFile=/nowhere
diff.submodule=log diff.suppressBlankEmpty=true diff.wordRegex=. diff.ignoreSubmodules=all diff.colorMoved=zebra
diff.context=0 diff.interHunkContext=9 diff.relative=true diff.statNameWidth=1 diff.autoRefreshIndex=false
diff.dirstat=lines diff.external=false diff.tool=false color.ui=always color.diff=always color.status=always
color.decorate.HEAD=red format.pretty=oneline format.notes=true i18n.logOutputEncoding=latin1
i18n.commitEncoding=latin1 gc.auto=1 status.relativePaths=false status.showUntrackedFiles=no status.renames=copies
submodule.recurse=true grep.patternType=perl pager.log=false pager.diff=false mailmap.blob=HEAD:x
mailmap.file=/nowhere safe.bareRepository=explicit pack.useSparse=true index.version=4 index.threads=8
index.sparse=true feature.experimental=true feature.manyFiles=true column.ui=always tar.umask=0
blame.blankBoundary=true notes.displayRef=* rebase.autoSquash=true merge.renames=false advice.detachedHead=true
fetch.negotiationAlgorithm=skipping uploadpack.allowFilter=true transfer.fsckObjects=true
receive.denyCurrentBranch=ignore branch.autoSetupMerge=always checkout.guess=false help.autoCorrect=1 alias.log=!false
alias.diff=!false alias.cat-file=!false alias.ls-files=!false trace2.eventTarget=2 lsrefs.unborn=ignore
""".split()  # noqa: SIM905
VARIABLES = """
GIT_PAGER=false PAGER=false GIT_TRACE2=0 LC_ALL=tr_TR.UTF-8 LANG=C LC_ALL=C TZ=Pacific/Kiritimati TZ=America/Adak
TZ=nowhere GIT_EXTERNAL_DIFF=false GIT_DIFF_OPTS=-u0 GIT_OPTIONAL_LOCKS=0 GIT_LITERAL_PATHSPECS=1 GIT_GLOB_PATHSPECS=1
GIT_NOGLOB_PATHSPECS=1 GIT_ICASE_PATHSPECS=1 GIT_FLUSH=1 GIT_ADVICE=1 GIT_EDITOR=false GIT_ASKPASS=false
SSH_ASKPASS=false GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1 GIT_AUTHOR_DATE=2001-01-01 GIT_COMMITTER_DATE=2001-01-01
GIT_NAMESPACE=x GIT_NO_REPLACE_OBJECTS=1 GIT_DEFAULT_HASH=sha256 GIT_PROGRESS_DELAY=0 GIT_MERGE_VERBOSITY=5
GIT_REFLOG_ACTION=x GIT_CEILING_DIRECTORIES=/nowhere GIT_DISCOVERY_ACROSS_FILESYSTEM=1 TERM=dumb TERM= COLUMNS=1
COLUMNS=x LINES=0 NO_COLOR=1 FORCE_COLOR=1 CLICOLOR_FORCE=1 PYTHONUTF8=0 PYTHONIOENCODING=latin1 PYTHONWARNINGS=error
HOME=/nowhere HOME= USER= PATH_INFO=x
""".split()  # noqa: SIM905


def attempts(folder: Path, chance: random.Random, times: int) -> Iterator[str]:
    repo = project(folder / "project")

    def ask(words: str, before: Callable[[], object] = lambda: None) -> tuple[int, str]:
        code = end(start(repo.folder, words, before))
        return code, said(repo.folder)

    plain = {words: ask(words) for words in ASKED}
    every = [(one, words) for one in (*SETTINGS, *VARIABLES) for words in ASKED]
    for one, words in chance.sample(every, min(times, len(every))):
        key, _, value = one.partition("=")
        if one in SETTINGS:
            added = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": value}
        else:
            added = {key: value}
        code, text = ask(words, lambda added=added: os.environ.update(added))  # type: ignore[misc]
        same = (code, text) == plain[words]
        yield "" if same else f"{one}: `{words}` ends with {code}: {text[:300]}"
