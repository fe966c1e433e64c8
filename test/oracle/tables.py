"""Makes features of the tables with numpy and Python's csv alone, for src/data/tabular.ts to be checked against.

    .venv/bin/python test/oracle/tables.py data/cache/tabular > test/oracle/tables.json

Of every feature column, by name: sum over rows r = 0, 1, ... of x[r] cos(r), divided by the number of rows, in float64.
Numbers are standardised over the official train part (Adult) or all rows. Also the number of rows, of positives, and of
positives per group.
"""

import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np


def rows_of(path, delimiter=",", quotechar='"', skip=()):
    with gzip.open(path, "rt", newline="") as file:
        lines = [line for line in file if line.strip() and not line.startswith(tuple(skip) or "\0")]
    return [[cell.strip() for cell in row] for row in csv.reader(lines, delimiter=delimiter, quotechar=quotechar)]


def number(name, cells, train, missing=()):
    gap = np.array([cell in missing for cell in cells])
    values = np.array([np.nan if absent else float(cell) for cell, absent in zip(cells, gap)])
    mean, std = np.nanmean(values[train]), np.nanstd(values[train])
    features = {name: np.where(gap, 0.0, (values - mean) / (std if std > 1e-12 else 1.0))}
    return features | ({f"{name}=(missing)": gap.astype(float)} if gap.any() else {})


def category(name, cells, missing=()):
    cells = np.array(cells)
    levels = {level: f"{name}={'(missing)' if level in missing else level}" for level in sorted(set(cells))}
    return {title: (cells == level).astype(float) for level, title in levels.items()}


def summary(features, positive, groups):
    weights = np.cos(np.arange(len(positive))) / len(positive)
    return {
        "rows": len(positive),
        "positives": int(positive.sum()),
        "columns": {name: float(values @ weights) for name, values in features.items()},
        "groups": {
            name: {str(value): [int((cells == value).sum()), int(positive[cells == value].sum())] for value in np.unique(cells)}
            for name, cells in groups.items()
        },
    }


def table(header, rows, train, numbers, categories, is_positive, groups=()):
    column = {name: [row[position] for row in rows] for position, name in reversed(list(enumerate(header)))}
    features = {}
    for name, missing in numbers.items():
        features |= number(name, column[name], train, missing)
    for name, missing in categories.items():
        features |= category(name, column[name], missing)
    positive = np.array([is_positive(row) for row in rows])
    return summary(features, positive, {name: np.array(column[name]) for name in groups})


def adult(folder):
    names = (
        "age workclass fnlwgt education education-num marital-status occupation relationship race sex capital-gain "
        "capital-loss hours-per-week native-country income"
    ).split()
    train, test = rows_of(folder / "adult.data.gz"), rows_of(folder / "adult.test.gz", skip=("|",))
    rows = train + test
    numbers = ["age", "education-num", "capital-gain", "capital-loss", "hours-per-week"]
    categories = ["workclass", "marital-status", "occupation", "relationship", "race", "sex", "native-country"]
    return table(
        names,
        rows,
        np.arange(len(rows)) < len(train),
        dict.fromkeys(numbers, ()),
        dict.fromkeys(categories, ("?",)),
        lambda row: row[-1].startswith(">50K"),
        ["sex", "race"],
    )


def compas(folder):
    header, *rows = rows_of(folder / "compas-scores-two-years.csv.gz")
    at = {name: position for position, name in reversed(list(enumerate(header)))}
    rows = [
        row
        for row in rows
        if row[at["days_b_screening_arrest"]] != ""
        and -30 <= int(row[at["days_b_screening_arrest"]]) <= 30
        and row[at["is_recid"]] != "-1"
        and row[at["c_charge_degree"]] != "O"
        and row[at["score_text"]] != "N/A"
    ]
    numbers = ["age", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count"]
    return table(
        header,
        rows,
        np.full(len(rows), True),
        dict.fromkeys(numbers, ()),
        dict.fromkeys(["sex", "race", "c_charge_degree"], ()),
        lambda row: row[at["two_year_recid"]] == "1",
        ["sex", "race"],
    )


def bank(folder):
    header, *rows = rows_of(folder / "bank-additional-full.csv.gz", delimiter=";")
    numbers = ["age", "campaign", "previous", "emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed"]
    categories = "job marital education default housing loan contact month day_of_week poutcome".split()
    return table(
        header,
        rows,
        np.full(len(rows), True),
        dict.fromkeys(numbers, ()) | {"pdays": ("999",)},
        dict.fromkeys(categories, ()),
        lambda row: row[-1] == "yes",
        ["marital"],
    )


def plain(folder, name, columns, first=0):
    rows = rows_of(folder / f"{name}.csv.gz", quotechar="'")
    header = [f"{columns}{position + 1}" for position in range(len(rows[0]) - 1)] + ["class"]
    numbers = dict.fromkeys(header[first:-1], ())
    return table(header, rows, np.full(len(rows), True), numbers, {}, lambda row: row[-1] == "1")


def main(path):
    folder = Path(path)
    tables = {
        "adult": adult(folder),
        "compas": compas(folder),
        "bank-marketing": bank(folder),
        "mammography": plain(folder, "mammography", "x"),
        "oil-spill": plain(folder, "oil-spill", "x", first=1),
        "phoneme": plain(folder, "phoneme", "harmonic"),
    }
    json.dump(tables, sys.stdout, indent=1)
    print()


main(*sys.argv[1:])
