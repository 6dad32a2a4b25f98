"""Write the samples of the bundled sources that are in countries' own shapes. Every figure is invented.

    python tools/make_samples.py

The samples are small and follow from the seed; `make accept` then writes what is expected of them.
"""

from __future__ import annotations

import csv
import random
import sys
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from sampan.demo.forms.monthly import zawgyi as to_zawgyi
from sampan.vocab import places

SOURCES = Path(__file__).parents[1] / "src" / "sampan" / "sources"
INVENTED = "INVENTED FIGURES"
TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below


def khmer_digits(number: int | str) -> str:
    """0-9 as ០-៩."""
    return str(number).translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))


def own_name(unit: places.Unit, language: str) -> str:
    """A unit's name in a language's script."""
    return unit.names.get(language, unit.name)


def kh_weekly(dice: random.Random) -> None:
    """Merged Khmer headers over two rows, titles above, a totals row below; zero, blank and dash told apart."""
    path = SOURCES / "kh_weekly" / "sample" / "week-31.xlsx"
    book = _book(path)
    sheet = book.add_worksheet("សប្ដាហ៍ទី ៣១")
    sheet.merge_range("A1:O1", f"របាយការណ៍ប្រចាំសប្ដាហ៍ ({INVENTED})")
    sheet.write("A2", "សប្ដាហ៍ទី ៣១ ឆ្នាំ ២០២៤")
    for column, text in enumerate(("ល.រ", "ខេត្ត / រាជធានី", "ឆ្នាំ", "សប្ដាហ៍ទី")):
        sheet.merge_range(3, column, 4, column, text)
    for number, disease in enumerate(("គ្រុនឈាម", "គ្រុនចាញ់", "អាសន្នរោគ", "កញ្ជ្រឹល")):
        sheet.merge_range(3, 4 + 2 * number, 3, 5 + 2 * number, disease)
        sheet.write(4, 4 + 2 * number, "ករណី")
        sheet.write(4, 5 + 2 * number, "ស្លាប់")
    sheet.merge_range(3, 12, 3, 13, "មណ្ឌលសុខភាព")
    sheet.write(4, 12, "បានរាយការណ៍")
    sheet.write(4, 13, "សរុប")
    totals = [0] * 8
    units = sorted(places.units("KH", level=1, on=date(2024, 8, 1)), key=lambda unit: unit.place)
    for row, unit in enumerate(units, start=5):
        name = own_name(unit, "km") if unit.place != "KH-4" else "កំពង់"  # one name that could be several provinces
        sheet.write_row(row, 0, [khmer_digits(row - 4), name, khmer_digits(2024), khmer_digits(31)])
        for column in range(8):
            count = dice.choice((0, 0, 1, 3, 14, 27)) if column % 2 == 0 else 0
            text: str = dice.choice(("", "-", khmer_digits(count), khmer_digits(count), khmer_digits(count)))
            totals[column] += count if text not in ("", "-") else 0
            if text:
                sheet.write(row, 4 + column, text)
        sites = dice.randrange(20, 60)
        sheet.write_row(row, 12, [khmer_digits(sites - dice.randrange(6)), khmer_digits(sites)])
    last = 5 + len(units)
    sheet.write_row(last, 1, ["សរុប", khmer_digits(2024), khmer_digits(31), *[khmer_digits(t) for t in totals]])
    book.close()


def vn_cases(dice: random.Random) -> None:
    """A semicolon list in windows-1258: dd/mm/yyyy, three classes, one impossible day."""
    header = [
        "Mã số", "Họ và tên", "Tuổi", "Giới", "Dân tộc", "Nghề nghiệp", "Điện thoại", "Địa chỉ", "Tỉnh/Thành phố",
        "Huyện", "Chẩn đoán", "Phân loại", "Ngày khởi phát", "Ngày nhập viện", "Ngày báo cáo", "Tình trạng",
        "Kết quả xét nghiệm",
    ]  # fmt: skip
    spots = [("Tây Ninh", "Bến Cầu"), ("Tây Ninh", "Châu Thành"), ("Long An", "Đức Huệ"), ("An Giang", "An Phú")]
    rows = []
    for number in range(60):
        onset = date(2024, 7, 29) + timedelta(days=dice.randrange(14))
        days = [onset + timedelta(days=n) for n in (0, dice.randrange(1, 4), dice.randrange(4, 7))]
        written = [f"{day.day:02d}/{day.month:02d}/{day.year}" for day in days]
        if number == 17:
            written[0] = "31/06/2024"
        age = dice.choice(["2 tháng", "8 tháng", *[str(n) for n in range(1, 80)]])
        rows.append([
            f"TN-{number:04d}", "NGƯỜI BỊA ĐẶT", age, dice.choice(("Nam", "Nữ")), "Kinh", "Học sinh", "0900000000",
            "ấp bịa đặt", *dice.choice(spots), "Sốt xuất huyết Dengue", dice.choice(("Lâm sàng", "Có thể", "Xác định")),
            *written, dice.choice(("Khỏi", "Đang điều trị", "Tử vong")), dice.choice(("", "NS1 dương tính")),
        ])  # fmt: skip
    rows.append(list(rows[3]))  # sent twice
    _vietnamese(SOURCES / "vn_cases" / "sample" / "list-w31.csv", [header, *rows])


def th_r506(dice: random.Random) -> None:
    """Comma list in cp874: local two-digit codes, Buddhist dates, ages in three columns."""
    header = [
        "E0",
        "E1",
        "DISEASE",
        "NAME",
        "HN",
        "SEX",
        "AGEY",
        "AGEM",
        "AGED",
        "MARIETAL",
        "RACE",
        "OCCUPAT",
        "ADDRCODE",
        "TYPE",
        "RESULT",
        "HSERV",
        "DATESICK",
        "DATEDEFINE",
        "DATEDEATH",
        "DATEREACH",
    ]
    rows = []
    for number in range(80):
        sick = date(2024, 2, 20) + timedelta(days=dice.randrange(20))
        defined, reached = sick + timedelta(days=dice.randrange(4)), sick + timedelta(days=dice.randrange(4, 9))
        died = number % 37 == 0
        dates = [_buddhist(sick), _buddhist(defined), _buddhist(reached) if died else "", _buddhist(reached)]
        if number == 11:
            dates[0] = "29/02/2568"
        age = (str(dice.randrange(1, 70)), "0", "0") if number % 9 else ("0", str(dice.randrange(1, 12)), "0")
        rows.append([
            str(number + 1), f"67{number:05d}", dice.choice(("66", "26", "27", "30", "71")), "คนสมมุติ", f"HN{number}",
            dice.choice("12"), *age, "1", "1", "01", dice.choice(("27010100", "34010100", "49010100", "63060100")),
            dice.choice("12"), "2" if died else dice.choice("13"), "10987", *dates,
        ])  # fmt: skip
    _csv(SOURCES / "th_r506" / "sample" / "r506-2567-w09.csv", [header, *rows], "cp874")


def la_streams(dice: random.Random) -> None:
    """An aggregate and a case list of one disease; about half of the aggregate's cases are in the list."""
    units = sorted(places.units("LA", level=1, on=date(2024, 8, 1)), key=lambda unit: unit.place)
    weekly, listed, number = [], [], 0
    for week in (30, 31):
        for unit in units:
            count = dice.choice((0, 0, 2, 5, 9, 1234 if unit.place == "LA-VT" and week == 31 else 3))
            grouped = f"{count:,}".replace(",", ".")
            weekly.append(["2024", str(week), own_name(unit, "lo"), "ໄຂ້ເລືອດອອກ", grouped, "0"])
            for _ in range(min(count, 9) // 2):
                onset = date.fromisocalendar(2024, week, dice.randrange(1, 8))
                number += 1
                listed.append([
                    f"LA{number:05d}", "ຄົນສົມມຸດ", own_name(unit, "lo"), "", "ໄຂ້ເລືອດອອກ",
                    dice.choice(("ສົງໄສ", "ຢືນຢັນ")),
                    f"{onset.day}/{onset.month}/{onset.year}", f"{(onset + timedelta(3)).strftime('%d/%m/%Y')}",
                    dice.choice(("ຊາຍ", "ຍິງ")), str(dice.randrange(1, 60)),
                ])  # fmt: skip
    header = ["ປີ", "ອາທິດທີ", "ແຂວງ", "ພະຍາດ", "ຈຳນວນກໍລະນີ", "ຈຳນວນເສຍຊີວິດ"]
    _csv(SOURCES / "la_weekly" / "sample" / "weekly.csv", [header, *weekly], "utf-8")
    header = ["ລະຫັດ", "ຊື່", "ແຂວງ", "ເມືອງ", "ພະຍາດ", "ປະເພດ", "ວັນທີເລີ່ມເຈັບ", "ວັນທີລາຍງານ", "ເພດ", "ອາຍຸ"]
    _csv(SOURCES / "la_cases" / "sample" / "cases.tsv", [header, *listed], "utf-8", delimiter="\t")


def mm_townships(dice: random.Random) -> None:
    """Township names and headers in Zawgyi, months as words of the calendar, a dash for none."""
    path = SOURCES / "mm_townships" / "sample" / "july.xlsx"
    book = _book(path)
    sheet = book.add_worksheet("July")
    sheet.write("A1", f"Monthly return ({INVENTED})")
    for column, text in enumerate(("ပြည်နယ်/တိုင်း", "မြို့နယ်", "လ")):
        sheet.merge_range(2, column, 3, column, to_zawgyi(text))
    for number, disease in enumerate(("သွေးလွန်တုပ်ကွေး", "ငှက်ဖျား")):
        sheet.merge_range(2, 3 + 2 * number, 2, 4 + 2 * number, to_zawgyi(disease))
        sheet.write_row(3, 3 + 2 * number, [to_zawgyi("ဖြစ်ပွား"), to_zawgyi("သေဆုံး")])
    registry = places.registry()
    towns = [unit for unit in places.units("MM", level=3, on=date(2024, 7, 1)) if "my" in unit.names]
    for row, unit in enumerate(sorted(towns, key=lambda unit: unit.place)[::40], start=4):
        parent = unit
        while parent.level > 1:
            parent = registry.of_place(parent.parent or "MM")[-1]
        counts = [dice.choice(("-", "၀", "၃", "၁၂", "")) if n % 2 == 0 else dice.choice(("-", "၀")) for n in range(4)]
        sheet.write_row(
            row, 0, [to_zawgyi(own_name(parent, "my")), to_zawgyi(own_name(unit, "my")), "2024-07", *counts]
        )
    book.close()


def _buddhist(day: date) -> str:
    return f"{day.day:02d}/{day.month:02d}/{day.year + 543}"


def _book(path: Path) -> xlsxwriter.Workbook:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = xlsxwriter.Workbook(path)
    book.set_properties({"comments": INVENTED, "created": date(2024, 1, 1)})
    return book


def _csv(path: Path, rows: list[list[str]], encoding: str, delimiter: str = ",") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as handle:
        csv.writer(handle, delimiter=delimiter).writerows(rows)


def _vietnamese(path: Path, rows: list[list[str]]) -> None:
    """windows-1258 writes tone marks as signs of their own after the vowel."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\r\n".join(";".join(row) for row in rows) + "\r\n"
    path.write_bytes("".join(map(_toned, text)).encode("cp1258"))


def _toned(sign: str) -> str:
    """A vowel with a tone as the vowel and the tone, for code pages that have no sign for both."""
    try:
        sign.encode("cp1258")
    except UnicodeEncodeError:
        parts = unicodedata.normalize("NFD", sign)
        tones = "".join(mark for mark in parts if mark in TONES)
        return unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in TONES)) + tones
    return sign


def main() -> int:
    """Write all samples."""
    for make in (kh_weekly, vn_cases, th_r506, la_streams, mm_townships):
        make(random.Random(20240801))
    return 0


if __name__ == "__main__":
    sys.exit(main())
