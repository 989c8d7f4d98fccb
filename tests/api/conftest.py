import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from linli.api import openapi
from tests.access.scene import scene
from tests.access.town import town

__all__ = ["scene", "town"]

SETTINGS = """
project_name_override: linli-client
package_name_override: linli_client
post_hooks: []
content_type_overrides:
  application/offset+octet-stream: application/octet-stream
"""


@pytest.fixture(scope="session")
def document() -> bytes:
    """The document as it is served."""
    from django.test import RequestFactory

    return openapi(RequestFactory().get("/api/v1/openapi.json")).content


@pytest.fixture(scope="session")
def client_package(document: bytes, tmp_path_factory: Any) -> Iterator[Callable[[str], Any]]:
    """A client that a stranger's tool made from the document alone; `client_package("api.social.like")` is a part of it."""
    folder: Path = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_bytes(document)
    (folder / "settings.yml").write_text(SETTINGS)
    tool = Path(sys.executable).with_name("openapi-python-client")
    done = subprocess.run(
        [
            str(tool),
            "generate",
            "--path",
            str(folder / "openapi.json"),
            "--config",
            str(folder / "settings.yml"),
            "--meta",
            "none",
            "--output-path",
            str(folder / "linli_client"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield lambda name: importlib.import_module(f"linli_client.{name}" if name else "linli_client")
    sys.path.remove(str(folder))
