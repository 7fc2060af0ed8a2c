"""Three days under a real scheduler, delivered day by day: it finds what the command line finds, and names nobody.

One story in one test, since a scheduler takes long to start: a feed that misses its deadline, a sign-off, a backfill by
the real command line of Airflow, a task killed midway, a late delivery, a cleared run.
"""

import csv
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
from pathlib import Path

import psutil
import pytest

pytest.importorskip("airflow")

from inbox import Mailbox
from installation import USER, Installation, quoted

ONE, TWO, THREE = "2025-05-26", "2025-05-27", "2025-05-28"
FEEDS = ("registry", "posts", "benefits", "deaths", "employment", "insurance")


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def airflow(tmp_path, mailbox, database):
    installation = Installation(tmp_path, mailbox.port, database)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


@pytest.mark.scheduler
def test_three_days(airflow, mailbox, tmp_path):
    first_day_runs_by_itself(airflow)
    unusual_day_waits_for_a_person(airflow, mailbox)
    meanwhile_other_runs_go_on(airflow)
    person_lets_it_out(airflow, mailbox)
    day_without_a_feed_runs_at_its_deadline(airflow, mailbox)
    late_delivery_runs_again_though_its_task_is_killed(airflow)
    airflow.wait(airflow.quiet)
    same_as_the_command_line(airflow, tmp_path)
    names_nobody(airflow, mailbox)
    assert airflow.stop() == []
    assert airflow.processes() == []


def first_day_runs_by_itself(airflow):
    for feed in FEEDS:
        airflow.deliver(feed, ONE)
    airflow.look()
    run = airflow.wait_for("monitoring", ONE)
    assert run["run_type"] == "asset_triggered"
    airflow.wait_for("publishing", ONE)
    assert (airflow.home / "published" / ONE / "manifest.json").exists()
    assert listening(airflow) == {("127.0.0.1", airflow.port)}


def unusual_day_waits_for_a_person(airflow, mailbox):
    """Subsidies come for the first time, and with them more warnings of one rule than ever."""
    airflow.deliver("subsidies", TWO, of=ONE)
    airflow.deliver("employment", TWO)
    airflow.deliver("insurance", TWO)
    airflow.look()
    airflow.wait(lambda: waits_for_sign_off(airflow, TWO))
    asked = airflow.call("GET", sign_off(airflow, TWO))
    assert "subsidy_unpaid" in asked["body"] and "out of the ordinary" in asked["body"]
    assert not (airflow.home / "published" / TWO).exists()
    wait_for_mail(airflow, mailbox, f"the warnings of {TWO} wait for a sign-off")


def meanwhile_other_runs_go_on(airflow):
    """The next day comes but for a feed; a run without a day is refused; a run that is cleared changes nothing."""
    airflow.deliver("employment", THREE)
    airflow.look()
    airflow.call("POST", "/dags/publishing/dagRuns", {"logical_date": None})
    link = (airflow.home / "published" / ONE).readlink()
    run = airflow.runs("monitoring", ONE)[0]
    path = f"/dags/monitoring/dagRuns/{quoted(run['dag_run_id'])}"
    airflow.call("POST", f"{path}/clear", {"dry_run": False})
    airflow.wait(lambda: airflow.tasks("monitoring", run)["reconcile"]["try_number"] == 2)
    airflow.wait(lambda: airflow.call("GET", path)["state"] == "success")
    airflow.wait_for("publishing", ONE, number=2)
    assert (airflow.home / "published" / ONE).readlink() == link
    airflow.wait(lambda: any(r["state"] == "failed" and not r["partition_key"] for r in airflow.runs("publishing")))
    airflow.wait_for("ingest_employment", THREE)
    assert not airflow.runs("monitoring", THREE)  # it waits for insurance


def person_lets_it_out(airflow, mailbox):
    wait_for_mail(airflow, mailbox, "monitoring takes too long")  # 18 seconds here; the deadline alert
    path = sign_off(airflow, TWO)
    airflow.call("PATCH", path, {"chosen_options": ["Approve"], "params_input": {}})
    airflow.wait_for("publishing", TWO)
    with pytest.raises(urllib.error.HTTPError, match="409"):
        airflow.call("PATCH", path, {"chosen_options": ["Reject"], "params_input": {}})
    answered = airflow.call("GET", path)
    assert answered["responded_by_user"]["name"] == USER and answered["responded_at"]
    decision = (airflow.home / "gates" / "sign_offs.jsonl").read_text()
    assert f'"by": "{USER}"' in decision and '"approved": true' in decision and TWO in decision


def day_without_a_feed_runs_at_its_deadline(airflow, mailbox):
    environment = airflow.fanpin | {"AIRFLOW_HOME": str(airflow.airflow_home)}
    backfill = ["backfill", "create", "--dag-id", "close_day", "--reprocess-behavior", "completed", "--from-date"]
    subprocess.run(
        [sys.executable, "-m", "airflow", *backfill, TWO, "--to-date", THREE],
        env=environment,
        check=True,
        capture_output=True,
        timeout=180,
    )
    closed = airflow.wait_for("close_day", THREE)  # the last day of the range is in it
    assert airflow.returned("close_day", closed, "name_missing")["missing"] == ["insurance"]
    wait_for_mail(airflow, mailbox, f"{THREE} is run without insurance")
    airflow.wait_for("publishing", THREE)
    again = airflow.wait_for("monitoring", TWO, number=2)
    assert airflow.tasks("monitoring", again)["sign_off"]["state"] == "skipped"  # nobody is asked twice


def late_delivery_runs_again_though_its_task_is_killed(airflow):
    airflow.wait(airflow.quiet)
    before = len(airflow.runs("monitoring", THREE))
    airflow.deliver("insurance", THREE)
    scratch = airflow.home / "scratch"
    left = set(scratch.iterdir())
    airflow.look()
    airflow.wait(lambda: len(airflow.runs("monitoring", THREE)) > before)
    run = airflow.runs("monitoring", THREE)[-1]
    airflow.wait(lambda: killed(airflow, run, set(scratch.iterdir()) - left))
    airflow.wait(lambda: airflow.runs("monitoring", THREE)[-1]["state"] == "success")
    assert airflow.tasks("monitoring", run)["reconcile"]["try_number"] == 2
    airflow.wait_for("publishing", THREE, number=2)


def killed(airflow, run, working) -> bool:
    """Kill the task that reconciles, once it works; whether it was done."""
    task = airflow.tasks("monitoring", run)["reconcile"]
    if task["state"] != "running" or not working:
        time.sleep(0.05)
        return False
    for process in airflow.processes():
        title = " ".join(process.cmdline())
        if task["id"] in title and "LocalExecutor" not in title:
            os.kill(process.pid, signal.SIGKILL)
            return True
    return False


def same_as_the_command_line(airflow, tmp_path):
    shutil.copytree(airflow.home / "landing", tmp_path / "other" / "landing")
    other = airflow.fanpin | {"FANPIN_HOME": str(tmp_path / "other")}
    fanpin(other, "backfill", "--from", ONE, "--to", THREE)
    for day in (ONE, TWO, THREE):
        for table in ("warnings", "states", "conflicts", "files"):
            assert fanpin(airflow.fanpin, "export", table, "--date", day) == fanpin(
                other, "export", table, "--date", day
            )
    assert fanpin(airflow.fanpin, "export", "warnings", "--date", THREE).count("\n") > 200


def names_nobody(airflow, mailbox):
    """No ID, name or file in Airflow's database (XCom, rendered fields, events, sign-offs), its logs, or a mail."""
    table = fanpin(airflow.fanpin, "export", "states", "--date", THREE)
    numbers = {row["id_number"] for row in csv.DictReader(io.StringIO(table))}
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


def waits_for_sign_off(airflow, day) -> bool:
    runs = airflow.runs("monitoring", day)
    return any(airflow.tasks("monitoring", run)["sign_off"]["state"] == "awaiting_input" for run in runs)


def wait_for_mail(airflow, mailbox, subject) -> None:
    airflow.wait(lambda: any(text.startswith(f"fanpin: {subject}") for text in mailbox.texts))


def listening(airflow) -> set[tuple[str, int]]:
    ours = {process.pid for process in airflow.processes()}
    found = psutil.net_connections("inet")
    return {tuple(c.laddr) for c in found if c.status == psutil.CONN_LISTEN and c.pid in ours}


def fanpin(environment, *arguments) -> str:
    command = Path(sys.executable).parent / "fanpin"
    done = subprocess.run([command, *arguments], env=environment, capture_output=True, timeout=180, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8")
