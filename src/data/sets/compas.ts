import type { TabularDataset } from "../entry";

const md5 = "9165d40c400bba93a8cffece2b74622b";
const DAYS = 30;

/** Defendants of Broward County, Florida: whether they were charged with another crime within two years. */
export const compas: TabularDataset = {
  name: "compas",
  title: "COMPAS, two-year recidivism",
  kind: "table",
  files: [
    {
      url: "https://raw.githubusercontent.com/propublica/compas-analysis/master/compas-scores-two-years.csv",
      md5,
      bytes: 2_546_489,
      file: "tabular/compas-scores-two-years.csv",
    },
  ],
  licence: "none stated",
  citation:
    "J. Angwin, J. Larson, S. Mattu and L. Kirchner. Machine Bias. ProPublica, 2016. " +
    "https://github.com/propublica/compas-analysis",
  note:
    "The file names the persons; names, dates of birth and case numbers are not read. Whether a person was charged " +
    "again depends on policing too, so the label is no fair measure of conduct.",
  csv: { separator: ",", quote: '"', header: true },
  parts: {
    all: {
      path: "tabular/compas-scores-two-years.csv",
      gzipped: "tabular/compas-scores-two-years.csv.gz",
      md5,
      rows: 7_214,
    },
  },
  columns: [
    { name: "sex", type: "category", levels: ["Female", "Male"] },
    { name: "age", type: "number" },
    {
      name: "race",
      type: "category",
      levels: ["African-American", "Asian", "Caucasian", "Hispanic", "Native American", "Other"],
    },
    { name: "juv_fel_count", type: "number" },
    { name: "juv_misd_count", type: "number" },
    { name: "juv_other_count", type: "number" },
    { name: "priors_count", type: "number" },
    { name: "c_charge_degree", type: "category", levels: ["F", "M"] },
    { name: "decile_score", type: "number", unused: "the prediction of the COMPAS tool itself" },
    { name: "score_text", type: "category", unused: "the prediction of the COMPAS tool itself" },
    { name: "days_b_screening_arrest", type: "number", missing: [""], unused: "serves to choose the rows" },
    { name: "is_recid", type: "number", unused: "says almost the same as the label" },
    { name: "two_year_recid", type: "category" },
  ],
  target: { column: "two_year_recid", values: [["0"], ["1"]] },
  classNames: ["no recidivism", "recidivism"],
  groups: [
    { name: "sex", column: "sex" },
    { name: "race", column: "race" },
  ],
  filter: {
    description:
      "as in ProPublica's analysis: screened within 30 days of the arrest, is_recid known, no ordinary traffic " +
      "offence, a score given",
    rows: 6_172,
    keep: (cell) => {
      const days = cell("days_b_screening_arrest");
      return (
        days !== "" &&
        Math.abs(Number(days)) <= DAYS &&
        cell("is_recid") !== "-1" &&
        cell("c_charge_degree") !== "O" &&
        cell("score_text") !== "N/A"
      );
    },
  },
};
