"""The command ``articles``, also ``python -m article_search``: sets up the process.

Not here: what the program does (terminal/cli.py).
"""

import gc
import os
import sys

from article_search.terminal import interrupts

_OBJECTS = 200_000  # made before garbage is looked for; importing and searching make 60,000, and no garbage


def main() -> None:
    """The command ``articles``."""
    heeded = interrupts.heed()
    if sys.getfilesystemencoding() != "utf-8":
        _restart_in_utf_8()
    try:
        from article_search.terminal.resident import asking

        code = asking.ask(sys.argv[1:])
    except KeyboardInterrupt:
        interrupts.end()
    if code is not None:
        os._exit(code)  # all is done and written elsewhere; an interpreter takes its time to end
    gc.set_threshold(_OBJECTS)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy would start a thread a core, and nothing here needs any
    from article_search.terminal import cli  # what is imported is most of the objects

    code = cli.run(sys.argv[1:])
    if heeded:
        interrupts.ignore()
    gc.freeze()  # else what is about to end is looked through for garbage
    sys.exit(code)


def _restart_in_utf_8() -> None:
    """Names of files are UTF-8 whatever the locale is: read in another encoding, articles would have other ids with
    each user who runs the program."""
    if os.environ.get("PYTHONUTF8") == "1":
        return
    said = {"PYTHONIOENCODING": sys.stdout.encoding} if sys.stdout else {}
    os.environ.update({**said, **os.environ, "PYTHONUTF8": "1"})
    os.execv(sys.executable, [sys.executable, "-m", __package__, *sys.argv[1:]])  # noqa: S606 (this very program)


if __name__ == "__main__":
    main()
