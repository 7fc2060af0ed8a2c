"""Reads a workbook in a process of its own, for a hostile one takes its reader down.

Run as a script, with the workbook as standard input and the memory and time allowed as arguments. Writes JSON lines:
for each sheet that holds anything `{"sheet": its number from 1, "merged": the first rows, from 1, of the cells that are
merged over several}` and then a list of cells for each row from the first on; a last line `{"end": true}`; or
`{"error": ...}`. A cell is text as it would be typed, but a number of 16 or more digits is written as a JSON number: a
spreadsheet keeps 15 or so, and who reads an ID number must know.
"""

import io
import json
import math
import os
import resource
import sys
from datetime import date, datetime
from decimal import Decimal

LONG = 10**15


def main() -> None:
    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    passwords = json.loads(os.environ.get("PASSWORDS", "[]"))
    try:
        read(sys.stdin.buffer.raw, passwords)
    except MemoryError:
        print(json.dumps({"error": "died"}))
    except Exception:  # whatever a broken file makes the parser say: its messages may quote the file
        print(json.dumps({"error": "unreadable"}))


def read(file, passwords) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    data = io.BytesIO(file.read())
    if data.getvalue().startswith(b"\xd0\xcf\x11\xe0"):
        data = decrypted(data, passwords)
        if data is None:
            return
    workbook = CalamineWorkbook.from_filelike(data)
    for index, sheet in enumerate(workbook.sheets_metadata):
        if sheet.typ == SheetTypeEnum.WorkSheet:
            write(index + 1, workbook.get_sheet_by_index(index))
    print(json.dumps({"end": True}))


def decrypted(data, passwords):
    import msoffcrypto

    file = msoffcrypto.OfficeFile(data)
    if not file.is_encrypted() or not hasattr(file, "info"):
        print(json.dumps({"error": "old format"}))
        return None
    for password in passwords:
        try:
            file.load_key(password=password, verify_password=True)
        except Exception:
            continue
        plain = io.BytesIO()
        file.decrypt(plain)
        plain.seek(0)
        return plain
    print(json.dumps({"error": "password"}))
    return None


def write(number, sheet) -> None:
    if sheet.start is None:
        return
    left = sheet.start[1]
    blank = [""] * left
    announced = False
    empty_rows = 0
    for row in sheet.iter_rows():
        cells = [cell if isinstance(cell, str) else text(cell) for cell in row]
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            empty_rows += 1
            continue
        if not announced:
            print(json.dumps({"sheet": number, "merged": merged(sheet)}))
            announced = True
        for _ in range(empty_rows):
            print("[]")
        empty_rows = 0
        print(json.dumps(blank + cells, ensure_ascii=False))


def merged(sheet):
    return [first + 1 for (first, _), (last, _) in sheet.merged_cell_ranges or () if last > first]


def text(cell):
    """A cell that is no text, as text; a number of 16 or more digits as it is."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            return str(cell)
        if abs(cell) >= LONG:
            return cell
        if cell == int(cell):
            return str(int(cell))
        return format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)  # a time of day or a duration


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    main()
    sys.stdout.flush()
