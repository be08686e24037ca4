"""Loaded before anything else: gives every test run a data folder of its own and the defaults of a new site."""

import atexit
import os
import shutil
import tempfile

for _name in [name for name in os.environ if name.startswith("ANTIPHON_")]:
    if _name not in ("ANTIPHON_DATA", "ANTIPHON_DATABASE_URL"):
        del os.environ[_name]
if "ANTIPHON_DATA" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="antiphon-test-")
    os.environ["ANTIPHON_DATA"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "antiphon.site.settings")
