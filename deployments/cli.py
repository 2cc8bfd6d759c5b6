"""The console command `correquests`."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from db.columns import montana_day, utc_now
from deployments.truth import NoTruth
from tasks.settings import Settings, settings

app = typer.Typer(
    help="Back office for provider access to the offender management system under procedure FPB 6.1.205.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
users_app = typer.Typer(help="The Department's people who sign in.", no_args_is_help=True)
register_app = typer.Typer(help="Providers' designated submitters and contract managers.", no_args_is_help=True)
app.add_typer(users_app, name="users")
app.add_typer(register_app, name="register")
doctor_app = typer.Typer(invoke_without_command=True)
app.add_typer(doctor_app, name="doctor")

BY = "operator"


def _line(text: str = "") -> None:
    typer.echo(text)


@app.command()
def up(
    samples: Annotated[bool, typer.Option(help="Seed the invented cast and deliver the sample mails.")] = False,
) -> None:
    """Start the whole product in one process tree. Ctrl-C ends it; starting again goes on where it was."""
    from deployments import welcome
    from deployments.up import AlreadyRunning, DidNotStart, House

    config = settings()
    house = House(config)
    try:
        with house:
            given = welcome.prepare(config) if samples else {}
            for said in welcome.greeting(config, given):
                _line(said)
            house.supervise()
    except (AlreadyRunning, DidNotStart) as why:
        _line(str(why))
        raise typer.Exit(1) from None
    _line("Stopped.")


@app.command()
def demo(
    minutes: Annotated[float, typer.Option(help="Give up after this time.")] = 12.0,
) -> None:
    """Run the product on the sample mails without a person, and say what became of each.

    Takes the decisions through the same API that the Prefect UI uses, and IT's answers as mail. Begins with an empty
    folder `demo` inside the home folder. Exits 0 only when every sample ended as expected.
    """
    from deployments.demo import run

    config = settings()
    home = config.home / "demo"
    shutil.rmtree(home, ignore_errors=True)
    fresh = Settings(home=home)
    raise typer.Exit(run(fresh, minutes * 60, _line))


@app.command()
def migrate() -> None:
    """Create the registry or bring it to the present schema, with the eight providers of the procedure."""
    from deployments.up import migrate as bring_up_to_date

    bring_up_to_date(settings().database_url)
    _line("The registry is up to date.")


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Files to read; with --truth the one folder to score.")],
    as_json: Annotated[
        bool | None,
        typer.Option("--json/--text", help="Lines of JSON, or words for a person. Default: words at a terminal."),
    ] = None,
    crops: Annotated[Path | None, typer.Option(help="Write the crop of every field and signature there.")] = None,
    truth: Annotated[Path | None, typer.Option(help="Score the folder against this truth.json.")] = None,
    raw: Annotated[Path | None, typer.Option(help="With --truth: write every slot and field as JSON there.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Files read at the same time.")] = 1,
) -> None:
    """Read forms: fields, signature verdicts with evidence, or a refusal; or score a folder whose truth is known.

    One JSON line per file is a public interface; `docs/read-format.md` describes it. Exit code 0 for the run as a
    whole, however many files were refused.
    """
    from deployments import read as reading

    if truth is None:
        plain = sys.stdout.isatty() if as_json is None else not as_json
        reading.show(files, _flushed, plain=plain, crops=crops, jobs=jobs)
        return
    if len(files) != 1 or not files[0].is_dir():
        _line("With --truth give one folder: the one that holds the files, or whose folder `forms` does.")
        raise typer.Exit(2)
    threshold = settings().field_confidence
    try:
        scores, missing = reading.score_folder(
            truth, files[0], threshold, jobs, lambda said: typer.echo(said, err=True)
        )
    except NoTruth as why:
        _line(str(why))
        raise typer.Exit(2) from None
    if raw:
        reading.write_raw(raw, scores, missing, threshold)
    _line(reading.summary(scores, missing, threshold))
    if missing or not scores:
        raise typer.Exit(1)


def _flushed(text: str) -> None:
    _line(text)
    sys.stdout.flush()


@app.command()
def verify(
    head: Annotated[str, typer.Option(help="A head that was printed or mailed earlier, SEQ:HASH.")] = "",
) -> None:
    """Walk the audit chain and name the first broken link. Exit code 1 when it does not hold."""
    from db import audit
    from db.session import transaction

    printed = None
    if head:
        seq, _, digest = head.partition(":")
        if not seq.isdigit() or len(digest) != 64:
            _line("A head looks like 1234:<64 hexadecimal digits>.")
            raise typer.Exit(2)
        printed = audit.Head(int(seq), digest)
    with transaction(settings().database_url) as session:
        broken = audit.verify(session, printed)
        now = audit.head_of(session)
    if broken:
        _line(f"Link {broken.seq} {broken.what}.")
        raise typer.Exit(1)
    _line(f"The audit chain holds. Head: {now}")


@app.command()
def explain(
    user_id: str,
    on: Annotated[str, typer.Option(help="On which day, YYYY-MM-DD. Default: today.")] = "",
) -> None:
    """Say why an account is in its state: one line, then every decision, paper and change, from the audit chain."""
    from db.session import transaction
    from tasks.explaining import NoSuchAccount, pages, told

    config = settings()
    day = _day(on) if on else utc_now().astimezone(config.zone).date()
    try:
        with transaction(config.database_url) as session:
            said = told(session, user_id, day, config.zone, BY)
    except NoSuchAccount as why:
        _line(str(why))
        raise typer.Exit(1) from None
    _line(pages(said).replace("**", ""))


@app.command()
def evidence(
    about: Annotated[str, typer.Argument(help="person, account, provider or year")],
    which: Annotated[str, typer.Argument(help="A person's address, a user ID, a provider's key or name, or a year.")],
    to: Annotated[Path, typer.Option(help="Folder for the pack.", file_okay=False)] = Path(),
    restricted: Annotated[bool, typer.Option(help="Put restricted cases in as well (III.C.5).")] = False,
) -> None:
    """Pack everything on record into one zip that proves itself: `python3 PACK.zip` verifies it without the product."""
    from tasks.evidence_pack import About, NothingFound, make

    if about not in set(About):
        raise typer.BadParameter(f"{about} is none of {', '.join(About)}")
    try:
        path, digest = make(settings(), About(about), which, BY, to, in_charge=restricted)
    except NothingFound as why:
        _line(str(why))
        raise typer.Exit(1) from None
    _line(f"{path}  SHA-256 {digest}")


@app.command()
def stats(
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD. Default: 30 days ago.")] = "",
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD. Default: today.")] = "",
) -> None:
    """Say how long decisions took by kind and stage: P50, P90, P95, only while it was a contract manager's turn."""
    from db.session import transaction
    from tasks.stats import decision_times, table

    config = settings()
    last = _day(until) if until else utc_now().astimezone(config.zone).date()
    first = _day(since) if since else last - timedelta(30)
    with transaction(config.database_url) as session:
        found = decision_times(session, config.zone, first, last)
    _line(table(found) if found else f"Nothing was decided from {first} to {last}.")


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="The same seed leads to the same end.")] = 1,
    days: Annotated[int, typer.Option(min=1, help="How many days, from Monday 2026-01-05 on.")] = 365,
    staff: Annotated[int, typer.Option(min=1, help="People with access at each of the eight providers.")] = 6,
    scans: Annotated[int, typer.Option(min=0, help="Consent Forms that are rendered, scanned and read by OCR.")] = 24,
) -> None:
    """Live through a year of the bureau with invented people, through the real code, and check every invariant.

    Begins with an empty folder `simulation` inside the home folder, and leaves it there: its registry can be packed as
    evidence with CORREQUESTS_HOME. There is no Prefect server: its steps are called in the order of the flows. Mails go
    as bytes through mailbox, parser, reader and sorting. The first `--scans` Consent Forms are real scans of all
    qualities read by OCR in the sandbox; each later one is a page that stands for a scan, and its reading is that of a
    real scan of the same quality with the person's names and days put in, without the strokes of the signatures. Access
    Requests and notices are real PDFs read by the real reader, in this process. Exit code 1, and a sentence for each,
    when an invariant does not hold.
    """
    from deployments.simulation.year import simulate as live

    outcome = live(settings().home / "simulation", seed, days, staff=staff, scans=scans, say=_flushed)
    for text in (*outcome.lines, f"digest: {outcome.digest}", *(f"BROKEN {said}" for said in outcome.broken)):
        _line(text)
    _line(f"{len(outcome.broken)} invariants are broken." if outcome.broken else "Every invariant holds.")
    raise typer.Exit(1 if outcome.broken else 0)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise typer.BadParameter("a day is written YYYY-MM-DD") from None


@app.command("intake-check")
def intake_check(
    folder: Annotated[Path, typer.Argument(help="Every .eml file below it is fed.", exists=True, file_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    any_name: Annotated[bool, typer.Option(help="Feed every file, whatever its name.")] = False,
) -> None:
    """Feed mails through the real intake into a scratch registry, and say what became of them.

    Exit code 1 if a mail was lost, hung over 30 seconds or took over 512 MB. Your own registry is not touched.
    """
    from deployments.intake_check import run

    raise typer.Exit(run(folder, _line, as_json=as_json, any_name=any_name))


@doctor_app.callback()
def doctor(context: typer.Context) -> None:
    """Look at everything that the product leans on: a line each, OK, WARN or FAIL, and what to do.

    Quick; changes nothing and sends no mail. Exit code 1 when something failed.
    """
    if context.invoked_subcommand is None:
        from deployments.checkup import examine

        config = _settings_or_exit()
        _line(f"OK    settings: read, home is {config.home}")
        raise typer.Exit(0 if examine(config, _line) else 1)


def _settings_or_exit() -> Settings:
    """The settings, or a line for each that is wrong, and exit code 1."""
    from pydantic import ValidationError

    try:
        return settings()
    except ValidationError as why:
        for error in why.errors(include_input=False, include_url=False):
            _line(f"FAIL  settings: {'.'.join(map(str, error['loc']))} {error['msg']}".replace("  Value", " Value"))
        raise typer.Exit(1) from None


@doctor_app.command("mailbox")
def doctor_mailbox(
    seconds: Annotated[float, typer.Option(help="How long to wait for the probe to arrive.")] = 180.0,
) -> None:
    """Send two probe mails to the mailbox itself, follow them, and say in plain words what is wrong.

    Stop the watcher first. The probes stay in `Processed` and in `Needs attention`. Exit code 1 when a check fails.
    """
    from deployments.doctor import examine

    config = _settings_or_exit()
    raise typer.Exit(0 if examine(config, _line, seconds) else 1)


@users_app.command("add")
def users_add(
    user_name: str,
    name: Annotated[str, typer.Option(help="Full name.")],
    email: Annotated[str, typer.Option(help="E-mail address.")],
    approver: Annotated[bool, typer.Option(help="May decide; otherwise may only look.")] = False,
) -> None:
    """Add somebody who signs in, or give a new password. The password is printed once and kept as a hash."""
    from db import users
    from db.models import Role
    from db.session import transaction

    password = SecretStr(secrets.token_urlsafe(12))
    role = Role.APPROVER if approver else Role.VIEWER
    with transaction(settings().database_url) as session:
        users.save(session, user_name=user_name, name=name, email=email, role=role, password=password, by=BY)
    _line(f"{user_name}  {password.get_secret_value()}")


@users_app.command("remove")
def users_remove(user_name: str) -> None:
    """Take away somebody's sign-in; open sessions end at once."""
    from db import users
    from db.session import transaction

    with transaction(settings().database_url) as session:
        users.deactivate(session, user_name, BY)


@register_app.command("submitter")
def register_submitter(
    provider: str,
    name: str,
    email: str,
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD. Default: today.")] = "",
) -> None:
    """Put somebody on a provider's list of designated submitters (III.B.2)."""
    from db import register
    from db.session import transaction

    day = date.fromisoformat(since) if since else montana_day()
    with transaction(settings().database_url) as session:
        register.designate(session, provider, name, email, day, BY)


@register_app.command("manager")
def register_manager(provider: str, user_name: str, deputy: str) -> None:
    """Name a provider's contract manager and deputy (III.B.1)."""
    from db import register
    from db.session import transaction

    with transaction(settings().database_url) as session:
        register.appoint(session, provider, user_name, deputy, BY)


@register_app.command("import")
def register_import(
    file: Annotated[Path, typer.Argument(help="CSV; columns in docs/register.md.", exists=True, dir_okay=False)],
    apply: Annotated[bool, typer.Option("--apply", help="Enter it; else the differences are only said.")] = False,
) -> None:
    """Compare a CSV file with the register, and enter it with --apply. Nothing is entered if any line is refused."""
    from deployments.register_import import run

    raise typer.Exit(run(file, _line, BY, apply=apply))


def main() -> None:
    """Entry of the console command. Whatever it writes is for its owner only."""
    os.umask(0o077)
    app()
