"""Template: an .xlsx to fill in, its heads in both languages."""

import io

from ruralincome.data.forms.words import WORDS


def template() -> bytes:
    """The bytes of the workbook."""
    from openpyxl import Workbook  # here, as few commands write one
    from openpyxl.styles import Font

    words, book = WORDS["template"], Workbook()
    sheet, told = book.active, book.create_sheet(words["sheets"][1])
    sheet.title = words["sheets"][0]
    for row in ([words["title"]], [], [*words["heads"]]):
        sheet.append(row)
    for cell in (*sheet[1], *sheet[3]):
        cell.font = Font(bold=True)
    for cell, width in zip(sheet[3], words["heads"].values(), strict=True):
        sheet.column_dimensions[cell.column_letter].width = width
    sheet.freeze_panes = "A4"
    for pair in words["help"]:
        told.append(pair)
    for column in "AB":
        told.column_dimensions[column].width = 100
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
