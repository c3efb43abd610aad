"""Each attack is tried a few times; `python -m tests.attack` tries them at full size."""

from __future__ import annotations

import pytest

from pirgen.runtime.modules import names
from tests.attack import attacks
from tests.attack.__main__ import run


@pytest.mark.parametrize("name", names(str(attacks.__file__)))
def test_an_attack_is_survived(name: str) -> None:
    result = run(name, part=0.01)
    assert result.tried > 0
    assert result.wrong == ()
