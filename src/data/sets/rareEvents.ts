import type { Column, TabularDataset } from "../entry";

const address = "https://raw.githubusercontent.com/jbrownlee/Datasets/master";
const NO_LICENCE = "none stated";

function numbers(prefix: string, from: number, to: number): Column[] {
  return Array.from({ length: to - from + 1 }, (_, step) => ({ name: `${prefix}${from + step}`, type: "number" }));
}

/** What the three tables of one file without a header have in common. */
function single(
  name: string,
  md5: string,
  bytes: number,
  rows: number,
): Pick<TabularDataset, "kind" | "name" | "files" | "licence" | "parts" | "groups"> {
  const path = `tabular/${name}.csv`;
  return {
    kind: "table",
    name,
    files: [{ url: `${address}/${name}.csv`, md5, bytes, file: path }],
    licence: NO_LICENCE,
    parts: { all: { path, gzipped: `${path}.gz`, md5, rows } },
    groups: [],
  };
}

/** Bright spots of mammograms: which are microcalcifications. */
export const mammography: TabularDataset = {
  ...single("mammography", "8cc73569379de7e379290e5de500d129", 827_904, 11_183),
  title: "Mammography",
  citation:
    "K. Woods, C. Doss, K. Bowyer, J. Solka, C. Priebe and P. Kegelmeyer. Comparative Evaluation of Pattern " +
    "Recognition Techniques for Detection of Microcalcifications in Mammography. International Journal of Pattern " +
    "Recognition and Artificial Intelligence 7(6), 1993.",
  csv: { separator: ",", quote: "'", header: false },
  columns: [...numbers("x", 1, 6), { name: "class", type: "category" }],
  target: { column: "class", values: [["-1"], ["1"]] },
  classNames: ["no calcification", "calcification"],
};

/** Dark patches of satellite radar images: which are oil slicks. */
export const oilSpill: TabularDataset = {
  ...single("oil-spill", "0bb559fa6234fd4654dd8ea44f06b45b", 230_924, 937),
  title: "Oil spill",
  citation:
    "M. Kubat, R. C. Holte and S. Matwin. Machine Learning for the Detection of Oil Spills in Satellite Radar Images. " +
    "Machine Learning 30, 1998.",
  csv: { separator: ",", quote: '"', header: false },
  columns: [
    { name: "patch", type: "number", unused: "the number of the patch within its image" },
    ...numbers("x", 2, 49),
    { name: "class", type: "category" },
  ],
  target: { column: "class", values: [["0"], ["1"]] },
  classNames: ["no slick", "slick"],
};

/** Spoken vowels: which are oral, as against nasal. */
export const phoneme: TabularDataset = {
  ...single("phoneme", "bada957f269f54886a3f417d76815db9", 174_717, 5_404),
  title: "Phoneme",
  citation:
    "P. Alinat. Periodic Progress Report 4, ROARS project, ESPRIT II no. 5516, 1993. Database of the ELENA project.",
  csv: { separator: ",", quote: '"', header: false },
  columns: [...numbers("harmonic", 1, 5), { name: "class", type: "category" }],
  target: { column: "class", values: [["0"], ["1"]] },
  classNames: ["nasal", "oral"],
};
