import type { DataFile, Dataset, ImageDataset, TableFile, TabularDataset } from "../../src/data/registry";
import { datasets } from "../../src/data/registry";

/** Where in src/data/README.md the generated part begins and ends. */
export const [START, END] = ["<!-- data sets -->", "<!-- /data sets -->"];

/** What src/data/README.md says of the data sets, as Markdown, from the registry alone. */
export function datasetTables(): string {
  const images = datasets.filter((entry): entry is ImageDataset => entry.kind === "images");
  const tables = datasets.filter((entry): entry is TabularDataset => entry.kind === "table");
  return [
    "### Images",
    markdown([["set", "images", "height x width x channels", "classes", "groups", "licence"], ...images.map(imageRow)]),
    "### Tables",
    markdown([["set", "rows", "columns learnt from", "classes", "groups", "licence"], ...tables.map(tableRow)]),
    tables.map(preprocessing).join("\n"),
    "### Files",
    markdown([["set", "source", "file, relative to `data/cache`", "bytes", "md5"], ...datasets.flatMap(fileRows)]),
    datasets.flatMap(guards).join("\n"),
    "### Citations and notes",
    datasets.map(({ name, citation, note }) => `- **${name}**: ${citation}${note ? ` ${note}` : ""}`).join("\n"),
  ].join("\n\n");
}

const count = (value: number) => value.toLocaleString("en-US");

function imageRow({ name, splits, shape, classNames, groups = {}, licence }: ImageDataset): string[] {
  const sizes = Object.entries(splits).map(([split, { size }]) => `${count(size)} ${split}`);
  const kinds = Object.entries(groups).map(([group, names]) => `${group} (${names.length})`);
  return [`\`${name}\``, sizes.join(", "), shape.join(" x "), String(classNames.length), kinds.join(", "), licence];
}

function tableRow({ name, parts, columns, target, classNames, groups, licence }: TabularDataset): string[] {
  const sizes = Object.entries(parts).map(([part, { rows }]: [string, TableFile]) =>
    part === "all" ? count(rows) : `${count(rows)} ${part}`,
  );
  const used = columns.filter((column) => column.unused === undefined && column.name !== target.column);
  const kinds = ["number", "category"].flatMap((type) => {
    const found = used.filter((column) => column.type === type).length;
    return found > 0 ? [`${found} of type ${type}`] : [];
  });
  const names = groups.map((group) => group.name).join(", ");
  const classes = classNames.map((label, index) => (index === 1 ? `**${label}**` : label)).join(", ");
  return [`\`${name}\``, sizes.join(", "), kinds.join(", "), classes, names, licence];
}

function preprocessing({ name, parts, columns, filter }: TabularDataset): string {
  const reasons = new Map<string, string[]>();
  for (const { name: column, unused } of columns) {
    if (unused) reasons.set(unused, [...(reasons.get(unused) ?? []), column]);
  }
  const unused = [...reasons].map(([reason, names]) => `${names.map((each) => `\`${each}\``).join(", ")} (${reason})`);
  const gaps = columns.flatMap((column) =>
    column.missing && !column.unused
      ? [`\`${column.name}\` (${column.missing.map((each) => `\`${each}\``).join(", ")})`]
      : [],
  );
  const facts = [
    "all" in parts ? "split by seed" : "official test part, validation part by seed",
    ...(filter ? [`${count(filter.rows)} rows are kept, ${filter.description}`] : []),
    ...(unused.length > 0 ? [`not learnt from: ${unused.join(", ")}`] : []),
    ...(gaps.length > 0 ? [`values may be missing in ${gaps.join(", ")}`] : []),
  ];
  return `- **${name}**: ${facts.join("; ")}.`;
}

function fileRows(entry: Dataset): string[][] {
  const rows = entry.files.map(({ url, file, bytes, md5 }: DataFile) => [
    `\`${entry.name}\``,
    entry.embedded ? `<${url}>, comes with the project` : `<${url}>`,
    `\`${entry.embedded ? `../${file}` : file}\``,
    bytes === undefined ? "" : count(bytes),
    md5 ? `\`${md5}\`` : "none known, see below",
  ]);
  if (entry.kind === "images") return rows;
  const members = Object.values(entry.parts).filter(
    ({ path }: TableFile) => !entry.files.some((file) => file.file === path),
  );
  return [
    ...rows,
    ...members.map(({ path, md5 }: TableFile) => [
      `\`${entry.name}\``,
      "in the archive",
      `\`${path}\``,
      "",
      `\`${md5}\``,
    ]),
  ];
}

function guards({ name, files }: Dataset): string[] {
  return files.flatMap(({ guard }) => (guard ? [`- **${name}**: ${guard}.`] : []));
}

/** A Markdown table whose columns are as wide as their widest cell. */
function markdown(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) => `| ${row.map((text, column) => text.padEnd(widths[column])).join(" | ")} |`;
  return [line(rows[0]), line(widths.map((width) => "-".repeat(width))), ...rows.slice(1).map(line)].join("\n");
}
