"""What a student's file may cost, in one place; each limit is far above what an honest sheet needs."""

from __future__ import annotations

FILE_BYTES = 1 << 20
"""A filled sheet takes a few kB; a MiB is a photo or some other file under the sheet's name."""

ROWS = 20_000
"""The largest matrices asked for have some hundred cells, a row each."""

CELL_CHARACTERS = 32_767
"""What a spreadsheet's cell holds; csv itself would go on to 131 072. A longer text is kept, and said to be long."""

NESTING = 20
"""Libyaml's own loader overruns the C stack at 30 000 open brackets; answers need five levels."""

ARRAY_ENTRIES = 10_000
"""An array is asked for by hand: no one copies more."""

YAML_NODES = 100_000
"""A name and a value for as many rows as a CSV sheet may have, with room for lists."""

NUMBER_CHARACTERS = 64
"""A double needs 24; Python refuses to convert integers of more than 4300 digits."""

FRACTION_DIGITS = 20
"""Of a fraction's numerator and denominator each: more is no fraction that a person wrote."""

EXPONENT = 9_999
"""Beyond it the exact value of a number would fill the memory."""

SHOWN_CHARACTERS = 200
"""Of an unreadable answer's text: it is shown to people, who need no more."""

PROBLEMS = 50
"""Notes about one sheet: more come from another course's sheet, and looking for near names takes time."""

SPREAD_CELLS = 100_000
"""Cells filled by whole arrays: a large array answered in each of many rows would take minutes."""

WORKBOOK_BYTES = 16 << 20
"""Of a workbook's parts unpacked: a sheet's take some hundred kB."""

WORKBOOK_CELLS = 100_000
"""Cells of all its worksheets; a worksheet has no column of ours beyond the 64th."""

WORKBOOK_COLUMNS = 64

WORKBOOK_TEXT = 64 << 20
"""Characters: the longest text that cells share, in each of them."""

FOLDERS = 12
"""Inside each other: course systems make three at most."""

ARCHIVE_MEMBERS = 100_000
"""A large course hands in ten thousand files; an archive of millions is made to fill the memory."""

ARCHIVE_DIRECTORY = 64 << 20
"""Bytes of an archive's own list of its members: enough for so many with names of 600 bytes."""

ARCHIVE_OUTPUT = 512 << 20
"""Bytes unpacked from one archive in all: a hundred thousand sheets take less. What is no sheet is never unpacked."""

ARCHIVE_RATIO = 100
"""Sheets shrink to a tenth; nothing that a person wrote shrinks to a hundredth."""

ARCHIVE_SMALL = 64 << 10
"""Bytes up to which that ratio proves nothing: an empty form of many rows packs well."""

ARCHIVE_NAME = 1000
"""Characters of a member's name with its folders."""

METADATA_BYTES = 64 << 20
"""Of a course system's own list of who handed in what: some kB for each student."""

METADATA_NODES = 5_000_000
"""A few hundred for each of ten thousand students."""

ATTEMPT_FILES = 50
"""Sheets handed in at once: one for each assignment of a course."""
