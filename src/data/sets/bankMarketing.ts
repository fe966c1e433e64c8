import type { Column, TabularDataset } from "../entry";

const category = (name: string, levels: string): Column => ({ name, type: "category", levels: levels.split(", ") });
const number = (name: string): Column => ({ name, type: "number" });

/** Telephone calls of a Portuguese bank: whether the client subscribed to a term deposit. */
export const bankMarketing: TabularDataset = {
  name: "bank-marketing",
  title: "Bank marketing, with social and economic attributes",
  kind: "table",
  files: [
    {
      url: "https://archive.ics.uci.edu/ml/machine-learning-databases/00222/bank-additional.zip",
      guard: "no checksum of the archive is known: that of the table in it is looked at whenever it is read",
      file: "tabular/bank-additional.zip",
      archive: { maxBytes: 20_000_000, folder: "tabular" },
    },
  ],
  licence: "CC BY 4.0",
  citation:
    "S. Moro, P. Cortez and P. Rita. A Data-Driven Approach to Predict the Success of Bank Telemarketing. Decision " +
    "Support Systems 62, 2014. https://doi.org/10.1016/j.dss.2014.03.001",
  note: "The rows are ordered by date, May 2008 to November 2010; a split at random is kinder than one by time.",
  csv: { separator: ";", quote: '"', header: true },
  parts: {
    all: {
      path: "tabular/bank-additional/bank-additional-full.csv",
      gzipped: "tabular/bank-additional-full.csv.gz",
      md5: "f6cb2c1256ffe2836b36df321f46e92c",
      rows: 41_188,
    },
  },
  columns: [
    number("age"),
    category(
      "job",
      "admin., blue-collar, entrepreneur, housemaid, management, retired, self-employed, services, student, " +
        "technician, unemployed, unknown",
    ),
    category("marital", "divorced, married, single, unknown"),
    category(
      "education",
      "basic.4y, basic.6y, basic.9y, high.school, illiterate, professional.course, university.degree, unknown",
    ),
    category("default", "no, yes, unknown"),
    category("housing", "no, yes, unknown"),
    category("loan", "no, yes, unknown"),
    category("contact", "cellular, telephone"),
    // No call was made in January or February.
    category("month", "mar, apr, may, jun, jul, aug, sep, oct, nov, dec"),
    category("day_of_week", "mon, tue, wed, thu, fri"),
    { name: "duration", type: "number", unused: "the length of the call, known only when its outcome is" },
    number("campaign"),
    // 999 stands for a client who was not contacted before.
    { name: "pdays", type: "number", missing: ["999"] },
    number("previous"),
    category("poutcome", "failure, nonexistent, success"),
    number("emp.var.rate"),
    number("cons.price.idx"),
    number("cons.conf.idx"),
    number("euribor3m"),
    number("nr.employed"),
    { name: "y", type: "category" },
  ],
  target: { column: "y", values: [["no"], ["yes"]] },
  classNames: ["no", "yes"],
  groups: [
    { name: "marital", column: "marital" },
    { name: "age", column: "age", boundaries: [25] },
  ],
};
