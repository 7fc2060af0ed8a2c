"""Three days under a real scheduler, delivered day by day: it finds what the command line finds, and names nobody.

One story in one test, since a scheduler takes long to start: a feed that misses its deadline, a sign-off, a backfill by
the real command line of Airflow, a task killed midway, a late delivery, a second start. It waits for what is to happen,
never for so long; what it starts at the same time is what can go on at the same time.
"""

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.error
from datetime import date
from pathlib import Path

import psutil
import pytest
from inbox import Mailbox
from installation import USER, Installation, quoted

from pipelines.exports import EXPORTS, to_csv
from pipelines.settings import CHECKOUT, Settings

ONE, TWO, THREE = "2025-05-26", "2025-05-27", "2025-05-28"
FEEDS = ("registry", "posts", "benefits", "deaths", "employment", "insurance")


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def airflow(tmp_path, mailbox):
    installation = Installation(tmp_path, mailbox.port)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


def test_three_days(airflow, mailbox, tmp_path):
    first_day_runs_by_itself(airflow)
    county_with_a_destination_is_handed_its_extract(airflow, tmp_path / "fanpin.pub")
    unusual_day_waits_for_a_person(airflow, mailbox)
    other = command_line_alone(airflow, tmp_path / "other")
    person_lets_it_out(airflow, mailbox)
    day_without_a_feed_runs_at_its_deadline(airflow, mailbox)
    late_delivery_runs_again_though_its_task_is_killed(airflow)
    airflow.wait(airflow.quiet)
    same_as_the_command_line(airflow, other)
    names_nobody(airflow, mailbox)
    assert airflow.stop() == []
    assert airflow.processes() == []
    starts_again(airflow)


def first_day_runs_by_itself(airflow):
    for feed in FEEDS:
        airflow.deliver(feed, ONE)
    airflow.look()
    run = airflow.wait_for("monitoring", ONE)
    assert run["run_type"] == "asset_triggered"
    published = airflow.wait_for("publishing", ONE)
    assert (airflow.home / "published" / ONE / "manifest.json").exists()
    counties = {path.stem for path in (airflow.home / "published" / ONE / "extracts").iterdir()}
    mapped = [task for task in airflow.tasks("publishing", published) if task["task_id"] == "extract"]
    assert {task["rendered_map_index"] for task in mapped} == counties and len(counties) > 2
    logs = [path for path in airflow.airflow_home.rglob("*.log") if "task_id=reconcile" in str(path)]
    # Who is on call must not miss it.
    assert any("rejected before, not counted" in path.read_text(encoding="utf-8") for path in logs)
    assert listening(airflow) == {("127.0.0.1", airflow.port)}


def county_with_a_destination_is_handed_its_extract(airflow, public_key):
    """By a mapped task of its own, after the day was published."""
    run = airflow.wait_for("publishing", ONE)
    handed = [task for task in airflow.tasks("publishing", run) if task["task_id"] == "deliver"]
    assert [(task["state"], task["rendered_map_index"]) for task in handed] == [("success", airflow.COUNTY)]
    folder = airflow.destination / airflow.COUNTY / ONE
    assert (folder / f"{airflow.COUNTY}.xlsx").exists()
    airflow.command_line("verify", str(folder), "--key", str(public_key))


def unusual_day_waits_for_a_person(airflow, mailbox):
    """Subsidies come for the first time, and with them many warnings of a rule. The day after lacks a feed."""
    airflow.deliver("subsidies", TWO, of=ONE)
    airflow.deliver("employment", TWO)
    airflow.deliver("insurance", TWO)
    airflow.deliver("employment", THREE)
    airflow.look()
    airflow.wait(lambda: sign_off_state(airflow, TWO) == "awaiting_input")
    asked = airflow.call("GET", sign_off(airflow, TWO))
    assert "subsidy_unpaid" in asked["body"] and "out of the ordinary" in asked["body"]
    assert not (airflow.home / "published" / TWO).exists()
    wait_for_mail(airflow, mailbox, f"the warnings of {TWO} wait for a sign-off")
    airflow.wait_for("ingest_employment", THREE)
    assert not airflow.runs("monitoring", THREE)  # it waits for insurance


def command_line_alone(airflow, home):
    """The same deliveries, all three days at once, by the command line in a home of its own; while people think."""
    for feed in (airflow.home / "landing").iterdir():
        shutil.copytree(feed, home / "landing" / feed.name)
    airflow.deliver("insurance", THREE, home=home)
    command = [Path(sys.executable).parent / "fanpin", "backfill", "--from", ONE, "--to", THREE]
    with open(home / "output.txt", "wb") as output:
        environment = airflow.fanpin | {"FANPIN_HOME": str(home)}
        running = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    return home, running


def person_lets_it_out(airflow, mailbox):
    path, run = sign_off(airflow, TWO), airflow.runs("monitoring", TWO)[0]
    wait_for_mail(airflow, mailbox, f"monitoring takes too long for {TWO}")  # a quarter of a minute is allowed here
    assert any(f"The run {run['dag_run_id']} has not ended" in text for text in mailbox.texts)
    airflow.wait(lambda: answered(airflow, TWO, "Reject") and airflow.run("monitoring", run)["state"] == "success")
    assert airflow.task("monitoring", run, "release")["state"] == "skipped"
    assert not airflow.runs("publishing", TWO)
    airflow.clear("monitoring", run, "sign_off")
    airflow.wait(lambda: sign_off_state(airflow, TWO) == "awaiting_input")
    airflow.wait(lambda: answered(airflow, TWO, "Approve") and sign_off_state(airflow, TWO) == "success")
    with pytest.raises(urllib.error.HTTPError, match="409"):
        airflow.call("PATCH", path, {"chosen_options": ["Reject"], "params_input": {}})
    found = airflow.call("GET", path)
    assert found["responded_by_user"]["name"] == USER and found["responded_at"]


def day_without_a_feed_runs_at_its_deadline(airflow, mailbox):
    environment = airflow.fanpin | {"AIRFLOW_HOME": str(airflow.airflow_home)}
    backfill = ["backfill", "create", "--dag-id", "close_day", "--reprocess-behavior", "completed", "--from-date"]
    airflow.wait_for("publishing", TWO)
    decisions = [json.loads(line) for line in (airflow.home / "gates" / "sign_offs.jsonl").read_text().splitlines()]
    assert [(d["day"], d["by"], d["approved"]) for d in decisions] == [(TWO, USER, False), (TWO, USER, True)]
    assert all(d["at"] for d in decisions)
    subprocess.run(
        [sys.executable, "-m", "airflow", *backfill, TWO, "--to-date", THREE],
        env=environment,
        check=True,
        capture_output=True,
    )
    closed = airflow.wait_for("close_day", THREE)  # the last day of the range is in it
    assert airflow.returned("close_day", closed, "name_missing")["missing"] == ["insurance"]
    wait_for_mail(airflow, mailbox, f"{THREE} is run without insurance")
    airflow.wait_for("publishing", THREE)
    again = airflow.wait_for("monitoring", TWO, number=2)
    assert airflow.task("monitoring", again, "sign_off")["state"] == "skipped"  # nobody is asked twice


def late_delivery_runs_again_though_its_task_is_killed(airflow):
    airflow.wait(airflow.quiet)
    before = len(airflow.runs("monitoring", THREE))
    airflow.deliver("insurance", THREE)
    airflow.look()
    airflow.wait(lambda: len(airflow.runs("monitoring", THREE)) > before)
    run = airflow.runs("monitoring", THREE)[-1]
    while not killed_midway(airflow, run):  # it was faster than we: once more
        airflow.wait(lambda: airflow.run("monitoring", run)["state"] == "success")
        airflow.clear("monitoring", run, "reconcile")
    airflow.wait(lambda: airflow.run("monitoring", run)["state"] == "success")
    assert airflow.task("monitoring", run, "reconcile")["try_number"] > 1
    airflow.wait_for("publishing", THREE, number=2)


def killed_midway(airflow, run) -> bool:
    """Kill the process of the task that reconciles once it is at it; False where it has ended before."""
    scratch = airflow.home / "scratch"
    task = airflow.task("monitoring", run, "reconcile")["id"]
    until = time.monotonic() + airflow.LIMIT
    while not (process := airflow.process_of(task)):
        assert time.monotonic() < until, airflow.state()
        if airflow.run("monitoring", run)["state"] == "success":
            return False
        time.sleep(0.05)
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if any(path.name.startswith(f"{process.pid}@") for path in scratch.iterdir()):
            process.kill()
            return True
        time.sleep(0.005)
    return False


def same_as_the_command_line(airflow, other):
    home, running = other
    assert running.wait() == 0, (home / "output.txt").read_text()
    ours, theirs = (Settings(place, CHECKOUT / "data" / "reference", airflow.KEY) for place in (airflow.home, home))
    for day in (ONE, TWO, THREE):
        for table in ("warnings", "states", "conflicts", "files"):
            export = EXPORTS[table]
            assert to_csv(export(ours, date.fromisoformat(day))) == to_csv(export(theirs, date.fromisoformat(day)))
        assert contents(ours, day) == contents(theirs, day)
    assert EXPORTS["warnings"](ours, date.fromisoformat(THREE)).height > 200


def starts_again(airflow):
    """On the same home, and goes on from there."""
    airflow.start()
    assert airflow.runs("publishing", THREE)
    airflow.look()
    airflow.wait(airflow.quiet)
    assert not [run for run in airflow.runs("deliveries") if run["state"] != "success"]


def contents(settings, day) -> dict:
    """What the files of a published date say, whatever their bytes."""
    entries = json.loads((settings.published / day / "manifest.json").read_text(encoding="utf-8"))["files"]
    return {name: (entry["content_sha256"], entry["rows"]) for name, entry in entries.items()}


def names_nobody(airflow, mailbox):
    """No ID, name or file in Airflow's database (XCom, rendered fields, events, sign-offs), its logs, or a mail."""
    settings = Settings(airflow.home, CHECKOUT / "data" / "reference", airflow.KEY)
    numbers = set(EXPORTS["states"](settings, date.fromisoformat(THREE))["id_number"])
    files = {path.name for path in (airflow.home / "landing").rglob("*") if path.is_file()} - {"data.csv", "a.xlsx"}
    assert len(numbers) > 1000 and len(files) > 3
    names = set(long_names(airflow))
    assert len(names) > 300
    secret = re.compile("|".join(map(re.escape, sorted(numbers | files | names))).encode())
    written = [path for path in airflow.airflow_home.rglob("*") if path.is_file()]
    assert any(path.name == "airflow.db" for path in written) and any("task_id=reconcile" in str(p) for p in written)
    for path in written:
        found = secret.search(path.read_bytes())
        assert not found, (path.relative_to(airflow.airflow_home), found)
    assert len(mailbox.texts) >= 3
    for text in mailbox.texts:
        assert not secret.search(text.encode())


def long_names(airflow):
    """Names of three characters and more of the registry: shorter ones may be words."""
    from python_calamine import CalamineWorkbook

    for path in sorted((airflow.home / "landing" / "registry").rglob("*.xlsx")):
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        headers = [[str(cell).replace(" ", "").strip("*") for cell in row] for row in rows]
        start = next((number for number, header in enumerate(headers) if "姓名" in header), None)
        if start is None:
            continue
        for row in rows[start + 1 :]:
            name = str(row[headers[start].index("姓名")]).strip()
            if len(name) >= 3:
                yield name


def sign_off(airflow, day) -> str:
    """Where the sign-off of a day is answered."""
    run = airflow.runs("monitoring", day)[0]
    return f"/dags/monitoring/dagRuns/{quoted(run['dag_run_id'])}/taskInstances/sign_off/-1/hitlDetails"


def sign_off_state(airflow, day) -> str | None:
    runs = airflow.runs("monitoring", day)
    return airflow.task("monitoring", runs[0], "sign_off")["state"] if runs else None


def answered(airflow, day, choice) -> bool:
    """Whether a sign-off has its answer; given where it has none. Airflow asks again where an answer comes within the
    seconds in which the asking process ends: it takes that for the end of the task.
    """
    found = airflow.call("GET", sign_off(airflow, day))
    if found["response_received"] or sign_off_state(airflow, day) != "awaiting_input":
        return found["response_received"]
    airflow.call("PATCH", sign_off(airflow, day), {"chosen_options": [choice], "params_input": {}})
    return True


def wait_for_mail(airflow, mailbox, subject) -> None:
    airflow.wait(lambda: any(text.startswith(f"fanpin: {subject}") for text in mailbox.texts))


def listening(airflow) -> set[tuple[str, int]]:
    ours = {process.pid for process in airflow.processes()}
    found = psutil.net_connections("inet")
    return {tuple(c.laddr) for c in found if c.status == psutil.CONN_LISTEN and c.pid in ours}
