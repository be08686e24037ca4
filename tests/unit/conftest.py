"""What unit tests share: a folder of small sounds, made once a run."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sounds")
