"""One process that takes many `antiphon` commands in turn: starting Python for each would cost the tests minutes."""

import io
import json
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout

import django

django.setup()

from antiphon.cli.main import main  # noqa: E402


def answer(wish: dict[str, object]) -> dict[str, object]:
    """Run a command line or a script; return its exit status and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            if "script" in wish:
                exec(str(wish["script"]), {"__name__": "script"})
                status = 0
            else:
                status = main([str(word) for word in wish["arguments"]])  # type: ignore[attr-defined]
        except SystemExit as error:
            status = error.code if isinstance(error.code, int) else 1
        except Exception:  # noqa: BLE001  (whatever it is, the test shows it)
            traceback.print_exc()
            status = 99
    return {"status": status, "out": out.getvalue(), "err": err.getvalue()}


if __name__ == "__main__":
    replies = sys.stdout
    for line in sys.stdin:
        replies.write(json.dumps(answer(json.loads(line))) + "\n")
        replies.flush()
