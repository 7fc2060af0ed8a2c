"""`make airflow`: a lean Airflow on this machine, which runs the days of one installation unattended.

It migrates its database, starts the API server on loopback, waits until that answers, and then starts DAG processor,
scheduler and triggerer: a task scheduled before the API server answers fails. Ctrl-C and TERM end all of them.
Everything it sets can be overridden in the environment (`AIRFLOW__...`).
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

CHECKOUT = Path(__file__).resolve().parent.parent
POOL, SLOTS = "warehouse", 4
#: One DAG of each file: when all are known, every file was read.
DAGS = ("deliveries", "ingest_registry", "close_day", "monitoring", "publishing", "feedback", "upkeep")
COMPONENTS = (
    ("dag-processor",),
    ("scheduler", "--skip-serve-logs"),  # its log server would listen on every address
    ("triggerer", "--skip-serve-logs"),
)
#: Seconds that starting and ending may take.
START, END = 300, 10


class Stopped(Exception):
    """Somebody asked for the end."""


def main() -> int:
    """Serve until told to stop. 0: stopped as asked; 1: a component failed or did not start."""
    parser = argparse.ArgumentParser(prog="make airflow", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=int(os.environ.get("FANPIN_AIRFLOW_PORT") or 8080))
    parser.add_argument("--sample", action="store_true", help="lay out the sample deliveries and run their days")
    options = parser.parse_args()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", options.port))
        except OSError:
            return _fail(f"port {options.port} is taken: choose another with FANPIN_AIRFLOW_PORT.")
    demonstration = not (os.environ.get("FANPIN_KEY") or os.environ.get("FANPIN_KEY_FILE"))
    if options.sample and not demonstration:
        return _fail("the sample is for the demonstration: unset FANPIN_KEY and FANPIN_KEY_FILE, then run again.")
    environment = _environment(options.port, demonstration)
    user, password = _user(environment)
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, _stop)
    running: dict[str, subprocess.Popen] = {}
    try:
        _say("migrating the database")
        migration = _start(environment, "db", "migrate")
        running["migration"] = migration
        if migration.wait():
            return _fail(f"the database could not be migrated: see {_logs(environment)}")
        del running["migration"]
        _say("starting the API server")
        running["api-server"] = _start(environment, "api-server")
        api = Api(f"http://127.0.0.1:{options.port}", user, password)
        _wait(lambda: api.answers(), running, "the API server")
        api.make_pool()
        _say("starting DAG processor, scheduler and triggerer")
        for component in COMPONENTS:
            running[component[0]] = _start(environment, *component)
        _wait(lambda: all(api.knows(dag) for dag in DAGS), running, "the DAG processor")
        if options.sample:
            _sample(environment, api)
        _welcome(options.port, user, environment, demonstration, options.sample)
        while True:
            time.sleep(1)
            _all_alive(running, environment)
    except Stopped:
        _say("stopping")
        return 0
    except urllib.error.HTTPError as error:
        return _fail(f"the API server refused {error.url} ({error.code}): see {_logs(environment)}/api-server.log")
    except RuntimeError as error:
        return _fail(str(error))
    finally:
        _end(running)


def _environment(port: int, demonstration: bool) -> dict[str, str]:
    """The environment of every component. What is set already stands."""
    environment = dict(os.environ)
    if demonstration:
        from pipelines.demo import demonstrate

        demonstrate(environment)
    home = Path(environment.setdefault("AIRFLOW_HOME", str(CHECKOUT / "data" / "airflow")))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    lean = {
        "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{getpass.getuser()}:ADMIN",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}?timeout=60",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",  # the API server shares a small machine with the tasks
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(home / "jwt.secret"),
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",  # a file that has changed is read at once
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",
    }
    return lean | environment | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{environment.get('PATH', '')}"}


def _secret(path: Path) -> str:
    """The secret of all components, made once and kept in a file that only its owner can read."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(64), encoding="ascii")
    return path.read_text(encoding="ascii")


def _user(environment: dict[str, str]) -> tuple[str, str]:
    """The first named user and its password; passwords are made once and kept in a file for the owner alone."""
    path = Path(environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    users = [u.split(":")[0].strip() for u in environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS"].split(",")]
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    passwords = {user: secrets.token_urlsafe(12) for user in users} | known
    path.touch(mode=0o600)
    path.write_text(json.dumps(passwords) + "\n", encoding="utf-8")
    return users[0], passwords[users[0]]


class Api:
    """The REST API as the first named user, which must be an administrator."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self.address, self._user, self._password, self._token = address, user, password, ""

    def answers(self) -> bool:
        """Whether the API server is up."""
        try:
            with urllib.request.urlopen(f"{self.address}/api/v2/monitor/health", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def knows(self, dag: str) -> bool:
        """Whether a DAG was read."""
        try:
            self.call("GET", f"/dags/{dag}")
        except urllib.error.HTTPError:
            return False
        return True

    def make_pool(self) -> None:
        """The pool of the tasks that work on the home."""
        pool = {"slots": SLOTS, "description": "writers take all slots, readers one", "include_deferred": False}
        try:
            self.call("POST", "/pools", pool | {"name": POOL})
        except urllib.error.HTTPError as error:
            if error.code != 409:
                raise
            self.call("PATCH", f"/pools/{POOL}", pool | {"pool": POOL})

    def call(self, method: str, path: str, body: object = None) -> object:
        """One request."""
        if not self._token:
            login = {"username": self._user, "password": self._password}
            self._token = self._send("POST", f"{self.address}/auth/token", login)["access_token"]
        return self._send(method, f"{self.address}/api/v2{path}", body)

    def _send(self, method: str, url: str, body: object) -> dict:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method), timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else {}


def _sample(environment: dict[str, str], api: Api) -> None:
    """Lay out the sample deliveries and close each of their days, so that they are run with what is there."""
    from pipelines.demo import FIRST, LAST, SAMPLE
    from pipelines.scheduled.arrivals import SETTLED, to_announce
    from pipelines.settings import settings

    landing = Path(environment["FANPIN_HOME"]) / "landing"
    if not landing.exists():
        shutil.copytree(SAMPLE, landing)
        # Closing the days takes them in: `deliveries` need not start a run for each of some seventy deliveries too.
        os.environ |= {name: environment[name] for name in ("FANPIN_HOME", "FANPIN_KEY_FILE")}
        to_announce(settings(), "the sample days", time.time() + SETTLED)
    days = {"from_date": f"{FIRST}T00:00:00Z", "to_date": f"{LAST}T00:00:00Z"}
    more = {"reprocess_behavior": "completed", "max_active_runs": 1, "run_backwards": False, "dag_run_conf": {}}
    try:
        api.call("POST", "/backfills", {"dag_id": "close_day"} | days | more)
    except urllib.error.HTTPError as error:
        if error.code != 409:
            raise
        _say("the sample days are being run already")


def _welcome(port: int, user: str, environment: dict[str, str], demonstration: bool, sample: bool) -> None:
    what = "the demonstration" if demonstration else "the installation"
    home = environment.get("FANPIN_HOME") or str(CHECKOUT / "data")
    print(
        f"""
Airflow runs {what} in {home}
  http://127.0.0.1:{port}     log in as {user}; the password stands in
  {environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"]}
""",
        flush=True,
    )
    if sample:
        _say("The sample days 2025-05-26 to 2025-06-04 are run now, in some minutes. Open a run of monitoring: its")
        _say("partition key is its day. What 2025-06-03 lacked, its run of close_day says. A day's runs, in the page:")
        _say("  /dags/monitoring/runs?partition_key_pattern=2025-06-03")
    elif demonstration:
        _say("First: stop this (Ctrl-C) and run `make airflow SAMPLE=yes`; or put deliveries into")
        _say(f"  {home}/landing/<feed>/<YYYY-MM-DD>/ and trigger the DAG deliveries.")
    else:
        _say(f"First: put deliveries into {home}/landing/<feed>/<YYYY-MM-DD>/; they are found within five minutes.")
        _say("Days that lie in the past are closed by a backfill of the DAG close_day.")
    _say("Ctrl-C ends it.")


def _start(environment: dict[str, str], *arguments: str) -> subprocess.Popen:
    """Start an airflow command in a process group of its own, its output in a log file."""
    log = _logs(environment) / f"{'-'.join(a for a in arguments if not a.startswith('-'))}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "airflow", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _logs(environment: dict[str, str]) -> Path:
    return Path(environment["AIRFLOW_HOME"]) / "logs" / "components"


def _wait(ready, running: dict[str, subprocess.Popen], what: str) -> None:
    until = time.monotonic() + START
    while not ready():
        if any(process.poll() is not None for process in running.values()):
            raise RuntimeError(f"{what} did not start: see the logs under logs/components in AIRFLOW_HOME")
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not answer in {START} seconds: see logs/components in AIRFLOW_HOME")
        time.sleep(0.5)


def _all_alive(running: dict[str, subprocess.Popen], environment: dict[str, str]) -> None:
    for name, process in running.items():
        if process.poll() is not None:
            raise RuntimeError(f"the {name} has ended (exit {process.returncode}): see {_logs(environment)}/{name}.log")


def _end(running: dict[str, subprocess.Popen]) -> None:
    """End every component and all that it has started: the API server last, so that tasks can still report to it.

    A component leads a session of its own. A running task leaves its process group, but not its session.
    """
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(name, signal.SIG_IGN)
    api = {process.pid for name, process in running.items() if name == "api-server"}
    others = {process.pid for process in running.values()} - api
    for sessions, number, seconds in (
        (others, signal.SIGTERM, END),
        (others, signal.SIGKILL, 5),
        (api, signal.SIGTERM, END),
        (api, signal.SIGKILL, 5),
    ):
        for process in _members(sessions):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
        until = time.monotonic() + seconds
        while _members(sessions) and time.monotonic() < until:
            for component in running.values():
                component.poll()
            time.sleep(0.1)


def _members(sessions: set[int]) -> list[int]:
    """The living processes of sessions."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, psutil.Error):
            if os.getsid(process.pid) in sessions and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
    return found


def _stop(*_: object) -> None:
    raise Stopped


def _say(line: str) -> None:
    print(line, flush=True)


def _fail(line: str) -> int:
    print(f"airflow: {line}", file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    sys.exit(main())
