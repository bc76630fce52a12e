"""Rosters (花名册): a sheet of persons becomes a case with lines, or a case for each of them.

``columns`` says what a sheet of a programme holds, ``template`` writes it, ``reading`` reads it back, ``cells`` makes
facts of a row, ``checking`` judges all of them, ``staging`` does both in steps that survive the worker's death,
``merging`` takes in a second sheet, ``filing`` makes the cases, ``scans`` sorts photographs to rows.
"""
