"""The command line: thin, so that help comes at once; what a command needs is imported when it runs."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.settings import Settings

app = typer.Typer(
    name="fanpin",
    help="返贫: from the deliveries of the offices to warnings that can be checked in the village.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date() if len(text) == 10 else date.fromisoformat("")
    except ValueError:
        raise typer.BadParameter("expected a date like 2025-06-04") from None


def _folder(text: str) -> Path:
    # An empty text, as of a variable that is not set, would be the folder one stands in.
    if not text:
        raise typer.BadParameter("expected a folder, found an empty text")
    return Path(text)


Day = Annotated[date, typer.Option("--date", parser=_day, metavar="YYYY-MM-DD", help="the run date")]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@contextmanager
def _reading() -> Iterator[Settings]:
    """The installation, in whose home nobody writes meanwhile: what is read must not be of two runs."""
    from pipelines.files import reading
    from pipelines.settings import installation

    found = installation()
    with reading(found.home):
        yield found


@app.command()
def run(day: Day) -> None:
    """Stage, reconcile, raise warnings and publish, for one date. Running it again changes nothing."""
    _run(day, day)


@app.command()
def backfill(
    first: Annotated[date, typer.Option("--from", parser=_day, metavar="YYYY-MM-DD", help="the first date")],
    last: Annotated[date, typer.Option("--to", parser=_day, metavar="YYYY-MM-DD", help="the last date, included")],
    only_run_dates: Annotated[
        bool, typer.Option("--only-run-dates", help="leave out days that were never run")
    ] = False,
) -> None:
    """The same as `run` for each day of a range."""
    if first > last:
        raise typer.BadParameter(f"--from {first} lies after --to {last}: swap them")
    _run(first, last, only_run_dates)


def _run(first: date, last: date, only_run_dates: bool = False) -> None:
    from pipelines.main_job import run as run_days
    from pipelines.report import behind, held, missing, notices, rejected, troubles, unknown_answers
    from pipelines.settings import installation, today

    settings = installation()
    staged = run_days(settings, first, last, _say, only_run_dates)
    said = troubles(staged) + unknown_answers(settings, last, staged) + rejected(settings, last, staged)
    said += held(settings, last) + missing(settings, last) + behind(settings, last)
    if last > today():
        said.append(f"{last} lies after today: warnings are overdue, and people older, as of that date; was it meant?")
    for line in said + notices(settings):
        _say(line)


@app.command()
def export(
    table: Annotated[str, typer.Argument(help="files, quarantine, states, warnings or conflicts")],
    day: Day,
    output: Annotated[Path | None, typer.Option("--output", help="a file; without it, standard output")] = None,
) -> None:
    """A table as it stood on a date, as CSV. With ID numbers: for those who hold the key."""
    from pipelines.exports import EXPORTS, to_csv
    from pipelines.files import write_private

    if table not in EXPORTS:
        raise typer.BadParameter(f"unknown table; choose one of {', '.join(EXPORTS)}", param_hint="TABLE")
    with _reading() as settings:
        text = to_csv(EXPORTS[table](settings, day))
    if output is None:
        sys.stdout.buffer.write(text.encode("utf-8"))
        sys.stdout.flush()
    else:
        write_private(output, text.encode("utf-8"))


@app.command()
def national(
    day: Day,
    output: Annotated[
        Path,
        typer.Option("--output", parser=_folder, metavar="PATH", help="a new or empty folder for the workbooks"),
    ],
    since: Annotated[
        date | None,
        typer.Option("--since", parser=_day, metavar="YYYY-MM-DD", help="compare with this date, not the last run"),
    ] = None,
) -> None:
    """Changed employment states in the national system's forms. One a county; they hold ID numbers."""
    from pipelines.publishing.national import national as write

    with _reading() as settings:
        files = write(settings, day, output, since, _say)
    _say(f"{len(files)} workbooks written, with ID numbers: for the clerks who upload them; delete them then.")


@app.command()
def explain(warning_id: Annotated[str, typer.Argument(help="the ID of a warning, as in the workbook")]) -> None:
    """The dated story behind a warning, in Chinese. The facts, the delivered rows, the rule and its clause."""
    from pipelines.explaining import explain as tell

    with _reading() as settings:
        story = tell(settings, warning_id)
    print(story)


@app.command()
def password(county: Annotated[str, typer.Argument(help="a county's code, six digits")]) -> None:
    """The password of a county's extract."""
    from pipelines.publishing.passwords import password as of
    from pipelines.settings import settings
    from pipelines.staging.identities import Identities

    if not (len(county) == 6 and county.isascii() and county.isdigit()):
        raise typer.BadParameter("expected a county's code of six digits, like 340422", param_hint="COUNTY")
    Identities(settings())  # with another key than the home's it would be the password of no file
    print(of(settings(), county))


gate = typer.Typer(help="Deliveries that a gate holds: as if they had not come.", no_args_is_help=True)
app.add_typer(gate, name="gate")


@gate.command("list")
def gate_list(day: Day) -> None:
    """What is held of the deliveries dated on or before a date, and why."""
    from pipelines.gates.review import held_list

    with _reading() as settings:
        lines = held_list(settings, day)
    for line in lines:
        print(line)


@gate.command("release")
def gate_release(
    feed: Annotated[str, typer.Option(help="the feed")],
    delivered_on: Annotated[date, typer.Option("--delivered-on", parser=_day, metavar="YYYY-MM-DD")],
    by: Annotated[str, typer.Option(help="who lets it in")],
    reason: Annotated[str, typer.Option(help="why")],
    county: Annotated[str | None, typer.Option(help="only this county's scope")] = None,
    department: Annotated[str | None, typer.Option(help="only this department's scope")] = None,
    file: Annotated[int | None, typer.Option(help="only this file, by its number in the account")] = None,
) -> None:
    """Let a held delivery in, as it is now; run the affected days to take it up. Who and why are kept."""
    from pipelines.feeds import FEEDS
    from pipelines.gates.review import release
    from pipelines.settings import installation

    if feed not in FEEDS:
        raise typer.BadParameter(f"unknown feed; choose one of {', '.join(FEEDS)}", param_hint="--feed")
    for line in release(installation(), feed, delivered_on, county, department, file, by, reason):
        print(line)


quarantine = typer.Typer(help="Rows that broke a check: for those who hold the key.", no_args_is_help=True)
app.add_typer(quarantine, name="quarantine")

FeedName = Annotated[str, typer.Option(help="the feed")]
OneFeed = Annotated[str | None, typer.Option(help="only this feed")]
OneDelivery = Annotated[
    date | None, typer.Option("--delivered-on", parser=_day, metavar="YYYY-MM-DD", help="only this delivery date")
]
OneFile = Annotated[int | None, typer.Option(help="only this file, by its number in the account")]
OneReason = Annotated[str | None, typer.Option(help="only this reason, like bad_id")]
Delivery = Annotated[date, typer.Option("--delivered-on", parser=_day, metavar="YYYY-MM-DD")]


@quarantine.command("list")
def quarantine_list(
    day: Day, feed: OneFeed = None, delivered_on: OneDelivery = None, file: OneFile = None, reason: OneReason = None
) -> None:
    """How many rows are in quarantine, by feed, delivery, column and reason. Nothing personal."""
    from pipelines.returns.rejected import Asked, summary

    asked = Asked(day, _feed(feed), delivered_on, file, _reason(reason))
    with _reading() as settings:
        lines = summary(settings, asked)
    for line in lines:
        print(line)


@quarantine.command("show")
def quarantine_show(
    day: Day, feed: OneFeed = None, delivered_on: OneDelivery = None, file: OneFile = None, reason: OneReason = None
) -> None:
    """The rows as they were delivered, each with its reason. They hold names and ID numbers."""
    from pipelines.returns.rejected import Asked, shown

    asked = Asked(day, _feed(feed), delivered_on, file, _reason(reason))
    with _reading() as settings:
        lines = shown(settings, asked)
    for line in lines:
        print(line)


@quarantine.command("export")
def quarantine_export(
    feed: FeedName,
    delivered_on: Delivery,
    output: Annotated[Path, typer.Option("--output", help="the workbook to write, like returned.xlsx")],
    file: OneFile = None,
) -> None:
    """A workbook to send back to the office: its rows as delivered, with what is wrong beside them."""
    from pipelines.returns.workbook import export as write

    name = _feed(feed) or ""
    with _reading() as settings:
        rows = write(settings, name, delivered_on, output, file)
    _say(f"{rows} rows written; the workbook holds names and ID numbers: it is for the office that delivered them.")


@quarantine.command("replay")
def quarantine_replay(feed: FeedName, delivered_on: Delivery) -> None:
    """Read a corrected delivery again, run every day it touches, and say where its rows ended."""
    from pipelines.returns.replay import replay
    from pipelines.settings import installation

    for line in replay(installation(), _feed(feed) or "", delivered_on, _say):
        print(line)


def _feed(name: str | None) -> str | None:
    from pipelines.feeds import FEEDS

    if name is not None and name not in FEEDS:
        raise typer.BadParameter(f"unknown feed; choose one of {', '.join(FEEDS)}", param_hint="--feed")
    return name


def _reason(name: str | None) -> str | None:
    from pipelines.returns.rejected import REASONS

    if name is not None and name not in REASONS:
        raise typer.BadParameter(f"unknown reason; choose one of {', '.join(REASONS)}", param_hint="--reason")
    return name


@app.command()
def deliver(
    day: Day,
    county: Annotated[str | None, typer.Option(help="only this county's, by its code")] = None,
    again: Annotated[
        bool, typer.Option("--again", help="also what was delivered before: the county has lost it")
    ] = False,
) -> None:
    """Hand the counties what was published for them, signed. Where to: the folders or SFTP servers of
    FANPIN_DESTINATIONS.
    """
    from pipelines.handover.deliver import deliver as hand_over
    from pipelines.settings import FanpinError, installation

    done = [delivered.outcome for delivered in hand_over(installation(), day, _say, county, again)]
    _say(f"delivered {done.count('delivered')}, before {done.count('already')}, failed {done.count('failed')}")
    if "failed" in done:
        raise FanpinError("not all was delivered: the lines above say why. Deliver again; what arrived is left out.")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="the folder that was delivered: it holds manifest.json")],
    key: Annotated[Path, typer.Option("--key", help="the file with the public key")],
) -> None:
    """Check that a delivered folder holds what was signed. Whole and unchanged; needs neither home nor key."""
    from pipelines.handover.signing import verify as check

    says, faults = check(folder, key)
    for line in says:
        print(line)
    for line in faults:
        _say(f"fanpin: {line}")
    if faults:
        raise typer.Exit(1)
    print("right: every file is as it was signed")


@app.command("signing-key")
def signing_key() -> None:
    """Print the public key to check deliveries with. Makes the private one in FANPIN_SIGNING_KEY_FILE if need be."""
    from pipelines.handover.signing import public_key_text

    print(public_key_text(), end="")


@app.command()
def simulate(
    home: Annotated[
        Path, typer.Option(parser=_folder, metavar="PATH", help="the folder to write landing/ and truth/ into")
    ],
    persons: Annotated[int, typer.Option(help="how many people the registries hold", min=100)],
    days: Annotated[int, typer.Option(help="how many days of deliveries follow the first", min=0)],
    seed: Annotated[int, typer.Option(help="the same seed gives the same bytes", min=0)],
    start: Annotated[
        date | None,
        typer.Option(
            parser=_day, metavar="YYYY-MM-DD", help="the date of the first deliveries; without it, 2025-06-03"
        ),
    ] = None,
) -> None:
    """Deliveries of a made-up province, and the truth beside them. To try and to measure."""
    from pipelines.settings import reference
    from pipelines.simulation.simulate import START
    from pipelines.simulation.simulate import simulate as make

    make(home.resolve(), persons, days, seed, start or START, reference=reference(), progress=_say)


@app.command()
def doctor() -> None:
    """Check the installation and say how to mend what is wrong."""
    from pipelines.doctor import check

    if not check(print):
        raise typer.Exit(1)


def main(arguments: list[str] | None = None) -> None:
    """The `fanpin` command. Exit 0: done; 1: failed; 2: wrong usage."""
    from pipelines.files import unusable
    from pipelines.settings import FanpinError, home

    try:
        app(arguments)
    except FanpinError as error:
        _say(f"fanpin: {error}")
    except OSError as error:
        _say(f"fanpin: {unusable(error, home() / 'landing')}")
    except Exception as error:
        # Messages of libraries may quote a row: said is where it broke, and what kind of error it is, not its text.
        _say("".join(traceback.format_tb(error.__traceback__)).rstrip())
        _say(f"fanpin: failed with {type(error).__name__} at the place above; please report these lines.")
    else:
        return
    raise SystemExit(1)
