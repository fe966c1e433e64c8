import type { TabularDataset } from "../entry";

const address = "https://archive.ics.uci.edu/ml/machine-learning-databases/adult";
const trainSum = "5d7c39d7b8804f071cdd1f2a7c460872";
const testSum = "35238206dfdf7f1fe215bbb874adecdc";

// Levels in the order of adult.names; a question mark stands for what is not known.
const levels = (text: string) => text.split(", ");
const UNKNOWN = ["?"];

/** Census records of 1994: whether a person earned more than 50,000 dollars. */
export const adult: TabularDataset = {
  name: "adult",
  title: "Adult (census income)",
  kind: "table",
  files: [
    { url: `${address}/adult.data`, md5: trainSum, bytes: 3_974_305, file: "tabular/adult.data" },
    { url: `${address}/adult.test`, md5: testSum, bytes: 2_003_153, file: "tabular/adult.test" },
  ],
  licence: "CC BY 4.0",
  citation:
    "B. Becker and R. Kohavi. Adult. UCI Machine Learning Repository, 1996. https://doi.org/10.24432/C5XW20. First in " +
    "R. Kohavi. Scaling Up the Accuracy of Naive-Bayes Classifiers: a Decision-Tree Hybrid. KDD 1996.",
  csv: { separator: ",", quote: '"', header: false, comment: "|" },
  parts: {
    train: { path: "tabular/adult.data", gzipped: "tabular/adult.data.gz", md5: trainSum, rows: 32_561 },
    test: { path: "tabular/adult.test", gzipped: "tabular/adult.test.gz", md5: testSum, rows: 16_281 },
  },
  columns: [
    { name: "age", type: "number" },
    {
      name: "workclass",
      type: "category",
      missing: UNKNOWN,
      levels: levels(
        "Private, Self-emp-not-inc, Self-emp-inc, Federal-gov, Local-gov, State-gov, Without-pay, Never-worked",
      ),
    },
    { name: "fnlwgt", type: "number", unused: "a survey weight: how many people the record stands for" },
    { name: "education", type: "category", unused: "says the same as education-num" },
    { name: "education-num", type: "number" },
    {
      name: "marital-status",
      type: "category",
      levels: levels(
        "Married-civ-spouse, Divorced, Never-married, Separated, Widowed, Married-spouse-absent, Married-AF-spouse",
      ),
    },
    {
      name: "occupation",
      type: "category",
      missing: UNKNOWN,
      levels: levels(
        "Tech-support, Craft-repair, Other-service, Sales, Exec-managerial, Prof-specialty, Handlers-cleaners, " +
          "Machine-op-inspct, Adm-clerical, Farming-fishing, Transport-moving, Priv-house-serv, Protective-serv, " +
          "Armed-Forces",
      ),
    },
    {
      name: "relationship",
      type: "category",
      levels: levels("Wife, Own-child, Husband, Not-in-family, Other-relative, Unmarried"),
    },
    {
      name: "race",
      type: "category",
      levels: levels("White, Asian-Pac-Islander, Amer-Indian-Eskimo, Other, Black"),
    },
    { name: "sex", type: "category", levels: levels("Female, Male") },
    { name: "capital-gain", type: "number" },
    { name: "capital-loss", type: "number" },
    { name: "hours-per-week", type: "number" },
    {
      name: "native-country",
      type: "category",
      missing: UNKNOWN,
      levels: levels(
        "United-States, Cambodia, England, Puerto-Rico, Canada, Germany, Outlying-US(Guam-USVI-etc), India, Japan, " +
          "Greece, South, China, Cuba, Iran, Honduras, Philippines, Italy, Poland, Jamaica, Vietnam, Mexico, " +
          "Portugal, Ireland, France, Dominican-Republic, Laos, Ecuador, Taiwan, Haiti, Columbia, Hungary, " +
          "Guatemala, Nicaragua, Scotland, Thailand, Yugoslavia, El-Salvador, Trinadad&Tobago, Peru, Hong, " +
          "Holand-Netherlands",
      ),
    },
    { name: "income", type: "category" },
  ],
  // In the test part a full stop follows the class.
  target: {
    column: "income",
    values: [
      ["<=50K", "<=50K."],
      [">50K", ">50K."],
    ],
  },
  classNames: ["<=50K", ">50K"],
  groups: [
    { name: "sex", column: "sex" },
    { name: "race", column: "race" },
  ],
};
