"""What each county gets, where it ends, and what is left out the second time."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections import defaultdict

import msoffcrypto
import polars as pl
import pytest
from python_calamine import CalamineWorkbook
from worlds.opening import DAY

from pipelines.cli import main
from pipelines.files import new_folder
from pipelines.handover.deliver import deliver, destinations
from pipelines.handover.signing import verify
from pipelines.publishing.passwords import password
from pipelines.settings import FanpinError
from pipelines.staging.accounts import row_files
from pipelines.staging.identities import Identities

#: Counties of the sample.
COUNTY, OTHER = "340422", "340828"


def counties(settings) -> list[str]:
    return sorted(path.stem for path in (settings.published / str(DAY) / "extracts").iterdir())


def outcomes(settings, **asked) -> list[str]:
    said: list[str] = []
    return [one.outcome for one in deliver(settings, DAY, said.append, **asked)]


def receipts(settings, county=COUNTY) -> list[dict]:
    path = settings.receipts / county / f"{DAY}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def cells(path, word: str) -> str:
    with open(path, "rb") as file:
        office = msoffcrypto.OfficeFile(file)
        office.load_key(password=word, verify_password=True)
        plain = io.BytesIO()
        office.decrypt(plain)
    plain.seek(0)
    book = CalamineWorkbook.from_filelike(plain)
    return "\n".join(
        str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
    )


def people(settings) -> dict[str, set[str]]:
    """County → the ID numbers that deliveries name there: in the registry, a ledger, or a payment."""
    found = defaultdict(set)
    for feed, place in {
        "registry": pl.col("village_code").str.head(6),
        "posts": pl.col("village_code").str.head(6),
        "subsidies": pl.col("county_code"),
        "allowances": pl.col("county_code"),
    }.items():
        rows = pl.concat([pl.read_parquet(path) for path in row_files(settings, feed, DAY)], how="diagonal_relaxed")
        for county, person in rows.select(place.alias("county"), "person").unique().iter_rows():
            found[county].add(person)
    texts = dict(Identities(settings).texts("id").iter_rows())
    return {county: {texts[person] for person in persons} for county, persons in found.items()}


def test_each_county_gets_its_own_people_and_nobody_elses(published, handed, public_key, destine, tmp_path) -> None:
    out = tmp_path / "out"
    for county in counties(published):
        (out / county).mkdir(parents=True)
    destine(*((county, out / county) for county in counties(published)))
    assert set(outcomes(handed)) == {"delivered"}
    theirs, seen = people(published), set()
    for county in counties(published):
        [folder] = out.glob(f"{county}/{county}/*")
        files = {path.name for path in folder.iterdir()}
        assert files - {f"{county}.html"} == {f"{county}.xlsx", "manifest.json", "manifest.json.sig"}
        assert folder.name == str(DAY)
        assert verify(folder, public_key)[1] == []
        named = set(re.findall(r"\d{17}[\dX]", cells(folder / f"{county}.xlsx", password(published, county))))
        assert named <= theirs[county], county
        seen |= named
    assert len(seen) > 100
    assert not set(re.findall(r"\d{17}[\dX]", (folder / "manifest.json").read_text(encoding="utf-8")))


def test_another_countys_password_does_not_open_it(handed, public_key, destine, tmp_path) -> None:
    destine((COUNTY, tmp_path))
    deliver(handed, DAY)
    with pytest.raises(msoffcrypto.exceptions.InvalidKeyError):
        cells(tmp_path / COUNTY / str(DAY) / f"{COUNTY}.xlsx", password(handed, OTHER))


def test_the_second_time_nothing_is_delivered_and_a_new_destination_is(handed, public_key, destine, tmp_path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    destine((COUNTY, tmp_path / "a"))
    assert outcomes(handed) == ["delivered"]
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}
    destine((COUNTY, tmp_path / "a"), (COUNTY, tmp_path / "b"), (OTHER, tmp_path / "b"))
    assert outcomes(handed) == ["already", "delivered", "delivered"]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")} == before
    assert len(receipts(handed)) == 2
    assert outcomes(handed) == ["already"] * 3
    assert len(receipts(handed)) == 2


def test_a_receipt_says_what_went_where_and_when(handed, public_key, destine, tmp_path) -> None:
    destine((COUNTY, tmp_path))
    deliver(handed, DAY)
    [receipt] = receipts(handed)
    manifest = json.loads((tmp_path / COUNTY / str(DAY) / "manifest.json").read_text(encoding="utf-8"))
    assert receipt["files"] == manifest["files"]
    assert (receipt["county_code"], receipt["date"], receipt["folder"]) == (COUNTY, str(DAY), f"{COUNTY}/{DAY}")
    assert receipt["destination"] == str(tmp_path)
    assert receipt["delivered_at"].endswith("+00:00")


def test_what_was_published_anew_comes_beside_what_a_county_may_have_filled_in(
    handed, public_key, destine, tmp_path
) -> None:
    destine((COUNTY, tmp_path))
    deliver(handed, DAY)
    filled_in = tmp_path / COUNTY / str(DAY) / f"{COUNTY}.xlsx"
    filled_in.write_bytes(b"filled in")
    publish_anew(handed)
    assert outcomes(handed) == ["delivered"]
    assert filled_in.read_bytes() == b"filled in"
    assert verify(tmp_path / COUNTY / f"{DAY}.2", public_key)[1] == []
    assert outcomes(handed) == ["already"]
    assert [receipt["folder"] for receipt in receipts(handed)] == [f"{COUNTY}/{DAY}", f"{COUNTY}/{DAY}.2"]


def test_again_delivers_what_a_county_has_lost(handed, public_key, destine, tmp_path) -> None:
    destine((COUNTY, tmp_path), (OTHER, tmp_path))
    deliver(handed, DAY)
    shutil.rmtree(tmp_path / COUNTY)
    assert outcomes(handed) == ["already", "already"]
    assert outcomes(handed, county=COUNTY, again=True) == ["delivered"]
    assert verify(tmp_path / COUNTY / str(DAY), public_key)[1] == []


def test_a_county_for_which_nothing_was_published_is_said(handed, public_key, destine, tmp_path) -> None:
    destine((COUNTY, tmp_path))
    said: list[str] = []
    assert deliver(handed, DAY, said.append, county="999999") == []
    assert said == [f"999999: nothing was published for it on {DAY}"]


def test_stopped_before_the_receipt_it_is_not_delivered_twice(handed, public_key, destine, tmp_path) -> None:
    destine((COUNTY, tmp_path))
    deliver(handed, DAY)
    shutil.rmtree(handed.receipts)
    assert outcomes(handed) == ["delivered"]
    assert [path.name for path in (tmp_path / COUNTY).iterdir()] == [str(DAY)]
    assert len(receipts(handed)) == 1


def test_stopped_midway_nothing_half_stands_under_its_name(handed, public_key, destine, tmp_path) -> None:
    destine((COUNTY, tmp_path))
    part = tmp_path / COUNTY / f".{DAY}.part"
    part.mkdir(parents=True)
    (part / "leftover.xlsx").write_bytes(b"half")
    assert outcomes(handed) == ["delivered"]
    assert [path.name for path in (tmp_path / COUNTY).iterdir()] == [str(DAY)]
    assert verify(tmp_path / COUNTY / str(DAY), public_key)[1] == []


def test_a_destination_that_fails_does_not_stop_the_others(
    handed, public_key, destine, tmp_path, monkeypatch, capsys
) -> None:
    handed.landing.mkdir(exist_ok=True)
    destine((COUNTY, tmp_path / "not mounted"), (OTHER, tmp_path))
    monkeypatch.setenv("FANPIN_HOME", str(handed.home))
    monkeypatch.setenv("FANPIN_KEY", handed.key.decode())
    with pytest.raises(SystemExit) as end:
        main(["deliver", "--date", str(DAY)])
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert f"{COUNTY}: not delivered" in said and "mount it" in said
    assert (tmp_path / OTHER / str(DAY) / f"{OTHER}.xlsx").is_file()
    assert not (tmp_path / "not mounted").exists()


def test_a_published_file_that_was_changed_is_not_signed(handed, public_key, destine, tmp_path) -> None:
    destine((COUNTY, tmp_path))
    path = handed.published / str(DAY) / "extracts" / f"{COUNTY}.xlsx"
    path.write_bytes(path.read_bytes() + b" ")
    assert outcomes(handed) == ["failed"]
    assert not (tmp_path / COUNTY).exists()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("3404", "/srv/out"), "row 2: expected a county_code"),
        ((COUNTY, ""), "row 2: expected a county_code"),
        ((COUNTY, "out"), "a folder's path from the root"),
        ((COUNTY, "sftp://me:secret@host/out"), "no password"),
        ((COUNTY, "sftp://host/out"), "sftp://user@host:port/path"),
        ((COUNTY, "sftp://me@host"), "sftp://user@host:port/path"),
        ((COUNTY, "sftp://me@host:22x/out"), "a number for the port"),
        ((COUNTY, "ftp://me@host/out"), "sftp://user@host:port/path"),
    ],
)
def test_a_wrong_destination_is_said_by_its_row_and_without_its_secret(destine, row, says) -> None:
    destine(row)
    with pytest.raises(FanpinError, match=re.escape(says)) as error:
        destinations()
    assert "secret" not in str(error.value)


def test_without_destinations_key_or_published_date_it_says_what_to_do(handed, destine, tmp_path, monkeypatch) -> None:
    for name in ("FANPIN_DESTINATIONS", "FANPIN_SIGNING_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(FanpinError, match="FANPIN_DESTINATIONS"):
        deliver(handed, DAY)
    destine((COUNTY, tmp_path))
    with pytest.raises(FanpinError, match="FANPIN_SIGNING_KEY_FILE"):
        deliver(handed, DAY)
    monkeypatch.setenv("FANPIN_SIGNING_KEY_FILE", str(tmp_path / "none.pem"))
    with pytest.raises(FanpinError, match="fanpin signing-key"):
        deliver(handed, DAY)


def publish_anew(settings, county=COUNTY) -> None:
    """The date with another workbook for a county, as a run with another fact would publish it."""
    target = settings.published / str(DAY)
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    from hashlib import sha256

    with new_folder(target) as folder:
        shutil.copytree(target, folder, dirs_exist_ok=True)
        data = (folder / "extracts" / f"{county}.xlsx").read_bytes() + b" "
        (folder / "extracts" / f"{county}.xlsx").write_bytes(data)
        manifest["files"][f"extracts/{county}.xlsx"]["sha256"] = sha256(data).hexdigest()
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_private_signing_key_is_its_users_alone(public_key) -> None:
    assert os.stat(os.environ["FANPIN_SIGNING_KEY_FILE"]).st_mode & 0o777 == 0o600
