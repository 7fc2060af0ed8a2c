"""A real Airflow over a temporary home, as `make airflow` starts it, spoken to by REST."""

import contextlib
import ctypes
import json
import os
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

from pipelines.settings import CHECKOUT

SAMPLE = CHECKOUT / "data" / "sample" / "landing"
USER = "li.engineer"


def ends_with_its_parent() -> None:
    """On Linux: TERM when the tests are killed, so that nothing is left running."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Installation:
    """Airflow, its home, and a home of fanpin beside it."""

    #: Seconds after which something that does not happen has failed: many times what it takes on a busy machine.
    LIMIT = 900
    KEY = b"a key"
    #: The county of the sample that has a destination.
    COUNTY = "340422"

    def __init__(self, folder: Path, mail_port: int) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.home, self.airflow_home = folder / "home", folder / "airflow"
        self.home.mkdir()
        self.airflow_home.mkdir()
        mail = {"from_email": "fanpin@example.org", "to": "duty@example.org", "disable_ssl": True, "disable_tls": True}
        mail_server = {"conn_type": "smtp", "host": "127.0.0.1", "port": mail_port, "extra": mail}
        clean = {n: v for n, v in os.environ.items() if not n.startswith(("AIRFLOW", "FANPIN_"))}
        self.fanpin = clean | {"FANPIN_HOME": str(self.home), "FANPIN_KEY": self.KEY.decode()}
        self.environment = self.fanpin | {
            "AIRFLOW_HOME": str(self.airflow_home),
            "AIRFLOW_CONN_FANPIN_NOTICES": json.dumps(mail_server),
            "AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY": "2",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:ADMIN",
            "FANPIN_AIRFLOW_PORT": str(self.port),
            "FANPIN_ALERT_MINUTES": '{"monitoring": 0.25}',
            "FANPIN_KEEP_LANDING": "36500",  # upkeep may run at any time, and what is delivered is old
            "FANPIN_LOOK": "0 0 1 1 *",  # the test says when to look
        }
        self.destination = folder / "destination"
        self.destination.mkdir()
        (folder / "destinations.csv").write_text(f"county_code,destination\n{self.COUNTY},{self.destination}\n")
        self.environment |= {
            "FANPIN_DESTINATIONS": str(folder / "destinations.csv"),
            "FANPIN_SIGNING_KEY_FILE": str(folder / "signing.pem"),
        }
        (folder / "fanpin.pub").write_text(self.command_line("signing-key"))
        self.output = folder / "serve.txt"
        self._token = ""
        self._server: subprocess.Popen | None = None
        self._sessions: set[int] = set()

    def command_line(self, *arguments: str) -> str:
        """What the command line of this installation prints."""
        command = [sys.executable, "-c", "import sys; from pipelines.cli import main; main(sys.argv[1:])", *arguments]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        with open(self.output, "wb") as output:
            self._server = subprocess.Popen(
                [sys.executable, CHECKOUT / "dags" / "serve.py"],
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=ends_with_its_parent,
            )
        self.wait(lambda: "Ctrl-C ends it" in self.output.read_text() or self._server.poll() is not None)
        assert self._server.poll() is None, self.output.read_text()
        self._sessions = {child.pid for child in psutil.Process(self._server.pid).children()}

    def stop(self) -> list[str]:
        """End it by TERM, and whatever is left by force; what was left."""
        if self._server and self._server.poll() is None:
            self._server.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.wait(120)
        left = self.processes()
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        return [" ".join(process.cmdline()) for process in left if process.is_running()]

    def processes(self) -> list[psutil.Process]:
        """The processes of this Airflow: its server, the sessions that it leads, whatever has its environment."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                    continue
                ours = process.environ().get("AIRFLOW_HOME") == str(self.airflow_home)
                if ours or os.getsid(process.pid) in self._sessions:
                    found.append(process)
        return found

    def process_of(self, task_id: str) -> psutil.Process | None:
        """The process that does a task, which has its ID in its title."""
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                title = " ".join(process.cmdline())
                if task_id in title and "LocalExecutor" not in title:
                    return process
        return None

    def deliver(self, feed: str, day: str, of: str | None = None, home: Path | None = None) -> None:
        """Lay sample files of a feed and date into landing, at another date where `of` names theirs."""
        target = (home or self.home) / "landing" / feed / day
        target.mkdir(parents=True, exist_ok=True)
        for path in (SAMPLE / feed / (of or day)).iterdir():
            shutil.copy(path, target / path.name)
            os.utime(target / path.name, (0, 0))  # long enough ago that nobody is still writing it

    def look(self) -> None:
        """Have new deliveries found."""
        self.call("POST", "/dags/deliveries/dagRuns", {"logical_date": None})

    def runs(self, dag: str, day: str | None = None) -> list[dict]:
        """The runs of a DAG, the newest last."""
        found = self.call("GET", f"/dags/{dag}/dagRuns?limit=100&order_by=id")["dag_runs"]
        return [run for run in found if day is None or run["partition_key"] == day]

    def run(self, dag: str, run: dict) -> dict:
        """A run as it is now."""
        return self.call("GET", f"/dags/{dag}/dagRuns/{quoted(run['dag_run_id'])}")

    def clear(self, dag: str, run: dict, task: str) -> None:
        """Have a task of a run, and what comes after it, done again."""
        body = {"dag_run_id": run["dag_run_id"], "task_ids": [task], "include_downstream": True, "dry_run": False}
        self.call("POST", f"/dags/{dag}/clearTaskInstances", body | {"only_failed": False})

    def tasks(self, dag: str, run: dict) -> list[dict]:
        """The tasks of a run; those that are mapped, one by one."""
        path = f"/dags/{dag}/dagRuns/{quoted(run['dag_run_id'])}/taskInstances?limit=100"
        return self.call("GET", path)["task_instances"]

    def task(self, dag: str, run: dict, task_id: str) -> dict:
        """A task of a run that is not mapped."""
        return self.call("GET", f"/dags/{dag}/dagRuns/{quoted(run['dag_run_id'])}/taskInstances/{task_id}")

    def returned(self, dag: str, run: dict, task: str):
        path = f"/dags/{dag}/dagRuns/{quoted(run['dag_run_id'])}/taskInstances/{task}/xcomEntries/return_value"
        return self.call("GET", path)["value"]

    def wait_for(self, dag: str, day: str, number: int = 1, state: str = "success") -> dict:
        """The `number`th run of a DAG for a day, once it is in that state; others than it do not count."""
        self.wait(lambda: [r for r in self.runs(dag, day) if r["state"] == state][number - 1 :])
        return [r for r in self.runs(dag, day) if r["state"] == state][number - 1]

    def wait(self, ready) -> None:
        until = time.monotonic() + self.LIMIT
        while not ready():
            assert time.monotonic() < until, f"not in {self.LIMIT} seconds\n{self.state()}"
            time.sleep(1)

    def quiet(self) -> bool:
        """Whether nothing is running, or about to."""
        found = self.call("GET", "/dags/~/dagRuns?limit=100&state=running&state=queued")["dag_runs"]
        return not found

    def state(self) -> str:
        if not self._token:
            return self.output.read_text()
        runs = self.call("GET", "/dags/~/dagRuns?limit=100")["dag_runs"]
        lines = [f"{r['dag_id']} {r['partition_key']} {r['state']} {r['dag_run_id']}" for r in runs]
        for run in runs:
            if run["state"] == "running":
                tasks = self.tasks(run["dag_id"], run)
                lines += [f"  {run['dag_id']}.{t['task_id']} {t['state']}, try {t['try_number']}" for t in tasks]
        return "\n".join(lines)

    def call(self, method: str, path: str, body: object = None) -> dict:
        if not self._token:
            passwords = json.loads((self.airflow_home / "passwords.json").read_text())
            login = {"username": USER, "password": passwords[USER]}
            self._token = self._send("POST", "/auth/token", login)["access_token"]
        return self._send(method, f"/api/v2{path}", body)

    def _send(self, method: str, path: str, body: object) -> dict:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=180) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as error:
            error.add_note(f"{method} {path}: {error.read().decode()[:1000]}")
            raise


def quoted(text: str) -> str:
    import urllib.parse

    return urllib.parse.quote(text, safe="")
