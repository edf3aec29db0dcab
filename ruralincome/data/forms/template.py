"""Template: an .xlsx to fill in, its heads in both languages, and the figures of readings in the same form."""

import io
from collections.abc import Sequence

from ruralincome.data.forms.reading import Reading

TITLE = "Số liệu của từng địa phương / Figures of places"
HEADS = {
    "Địa phương / Place": 26, "Năm / Year": 12, "Giá trị / Value": 16, "Đơn vị tính / Unit": 26,
    "Trạng thái / Status": 20, "Nguồn / Source": 36, "Ngày công bố / Publication date": 30,
    "Sai số chuẩn / Standard error": 28, "Cỡ mẫu / Sample size": 22, "Hệ số thiết kế / Design effect": 30,
}  # fmt: skip
"""The columns and how wide they are."""
MORE = ("source", "published", "standard_error", "sample_size", "design_effect")
HELP = (
    ("Mỗi dòng là một số liệu: một địa phương, một năm.", "A row is one figure: of one place and one year."),
    ("Ô trống nghĩa là không có số liệu.", "An empty cell means that there is no figure."),
    (
        "Trạng thái: final, sơ bộ, ước tính, break (chuỗi bị gián đoạn), confidential, zero; để trống là chính thức.",
        "Status: final, preliminary, estimate, break (of the series), confidential, zero; final where empty.",
    ),
    (
        "Một năm có hai số liệu khi mỗi số nêu ngày công bố (2021-06-30): số sau được dùng, số trước được giữ.",
        "A year has two figures where each states its day of publication (2021-06-30): the later is used, both kept.",
    ),
    ("Sai số chuẩn, cỡ mẫu và hệ số thiết kế: nếu có.", "Standard error, sample size, design effect: if there are."),
)


def template(readings: Sequence[Reading] = ()) -> bytes:
    """The bytes of the workbook, with the figures of `readings`."""
    from openpyxl import Workbook  # here, as few commands write one
    from openpyxl.styles import Font

    book = Workbook()

    sheet, words = book.active, book.create_sheet("Hướng dẫn - How to")
    sheet.title = "Số liệu - Figures"
    sheet.append([TITLE])
    sheet.append([])
    sheet.append([*HEADS])
    for row in ("1", "3"):
        for cell in sheet[row]:
            cell.font = Font(bold=True)
    for column, width in zip("ABCDEFGHIJ", HEADS.values(), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A4"
    for one in readings:
        for year, _, figure, line in one.cells():
            value = float(figure.shown) if figure.shown else None
            more = [line.more.get(key, "") for key in MORE]
            numbers = [float(text) if text else None for text in more[2:]]
            sheet.append([one.place, year, value, one.unit, figure.status, *more[:2], *numbers])
    for pair in HELP:
        words.append([*pair])
    for column in "AB":
        words.column_dimensions[column].width = 100
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
