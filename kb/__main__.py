"""The `kb` command: the one file that knows kb, ingest and api together."""

from kb.offline import go_offline

go_offline()

import logging  # noqa: E402 - nothing may be imported before the switches are set
import os  # noqa: E402
import sys  # noqa: E402

import typer  # noqa: E402
from pydantic import ValidationError  # noqa: E402
from typer._click.exceptions import ClickException  # noqa: E402

import api.cli  # noqa: E402
import ingest.cli.ingest  # noqa: E402
import ingest.cli.jobs  # noqa: E402
import kb.cli.citations  # noqa: E402
import kb.cli.doctor  # noqa: E402
import kb.cli.documents  # noqa: E402
import kb.cli.evaluate  # noqa: E402
import kb.cli.search  # noqa: E402
import kb.cli.train  # noqa: E402
import kb.cli.verify  # noqa: E402
from ingest.folder.batch import take_in  # noqa: E402
from ingest.worker import Worker  # noqa: E402
from kb.cli.output import errors  # noqa: E402
from kb.errors import KBError, Unforeseen  # noqa: E402
from kb.text.visible import VisibleFormatter, visible, visible_name  # noqa: E402

app = typer.Typer(
    help="A private knowledge base that answers with verbatim quotes. Nothing leaves this machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
ingest.cli.ingest.register(app)
kb.cli.search.register(app)
kb.cli.doctor.register(app)
kb.cli.verify.register(app)
kb.cli.documents.register(app)
kb.cli.citations.register(app)
ingest.cli.jobs.register(app)
api.cli.register(app, Worker)
kb.cli.evaluate.register(app, take_in)
kb.cli.train.register(app, take_in)

UNFORESEEN = 70
"""The exit code of what has no sentence of its own, as sysexits.h has it for faults inside."""


def main() -> int:
    """Run a command; its exit code.

    1: bad usage or refused; 3: some files failed; 70: what nobody had thought of.
    """
    os.umask(0o077)  # what is written is its owner's alone
    if logging.lastResort is not None:  # what tells a command's warnings
        logging.lastResort.setFormatter(VisibleFormatter("%(message)s"))
    try:
        return _run()
    except Exception as error:  # noqa: BLE001 - the command's door
        errors.print(visible_name(Unforeseen(error).message), markup=False, style="red")
        return UNFORESEEN


def _run() -> int:
    try:
        code = app(prog_name="kb", standalone_mode=False)
    except KBError as error:
        told = visible(error.message) if error.drawn else visible_name(error.message)
        errors.print(told, markup=False, style="red")
        return 1
    except ClickException as error:
        if told := error.format_message():
            errors.print(f"{visible(told)} `--help` tells how.", markup=False, style="red")
        return 1
    except ValidationError as error:
        for wrong in error.errors():
            name = f"KB_{str(wrong['loc'][0]).upper()}" if wrong["loc"] else "A setting"
            errors.print(f"{name} is not usable: {wrong['msg']}.", markup=False, style="red")
        return 1
    except UnicodeEncodeError:
        errors.print("A word of the command, or this terminal, is not UTF-8. Set a UTF-8 locale.")
        return 1
    except (typer.Abort, typer.Exit) as error:
        return getattr(error, "exit_code", 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if code == 130:  # what typer makes of Ctrl-C
        errors.print("Interrupted. What was queued stays queued and goes on at the next start.")
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
