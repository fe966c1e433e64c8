import { formatColumn } from "../../notebook/cells";
import { type StudyTable, type TableCell } from "../../studies";
import { columnsOf } from "./columns";

/** What LaTeX reads as a command, as text. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "&": "\\&",
  "%": "\\%",
  $: "\\$",
  "#": "\\#",
  _: "\\_",
  "{": "\\{",
  "}": "\\}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "±": "$\\pm$",
  "×": "$\\times$",
  "≤": "$\\leq$",
  "≥": "$\\geq$",
  "≈": "$\\approx$",
  "→": "$\\rightarrow$",
  "∞": "$\\infty$",
  "−": "$-$",
  "–": "--",
  "—": "---",
  "…": "\\ldots{}",
  "·": "$\\cdot$",
};

const GREEK =
  "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega";
const LETTERS = "αβγδεζηθικλμνξπρστφχψω";
const CAPITALS: Readonly<Record<string, string>> = {
  Γ: "Gamma",
  Δ: "Delta",
  Θ: "Theta",
  Λ: "Lambda",
  Σ: "Sigma",
  Φ: "Phi",
  Ω: "Omega",
};

function symbol(letter: string): string | undefined {
  const place = [...LETTERS].indexOf(letter);
  const name = place < 0 ? CAPITALS[letter] : GREEK.split(" ")[place];
  return name === undefined ? undefined : `$\\${name}$`;
}

/** A text with everything that LaTeX would read otherwise escaped. */
export function escapeLatex(text: string): string {
  return [...text].map((letter) => ESCAPES[letter] ?? symbol(letter) ?? letter).join("");
}

/**
 * Markdown as LaTeX: `$...$` stays, backquotes become `\texttt`, `**...**` `\textbf`, `*...*` `\emph`, lines of `#` sections, `- ` items of a
 * list; all else is escaped.
 */
export function markdownToLatex(markdown: string): string {
  const lines: string[] = [];
  let inList = false;
  for (const line of markdown.split("\n")) {
    const item = line.match(/^[-*] (.*)$/)?.[1];
    if (item !== undefined && !inList) lines.push("\\begin{itemize}");
    if (item === undefined && inList) lines.push("\\end{itemize}");
    inList = item !== undefined;
    const heading = line.match(/^(#+) (.*)$/);
    if (item !== undefined) lines.push(`  \\item ${inline(item)}`);
    else if (heading) lines.push(`\\${heading[1].length === 1 ? "section" : "subsection"}*{${inline(heading[2])}}`);
    else lines.push(inline(line));
  }
  if (inList) lines.push("\\end{itemize}");
  return lines.join("\n");
}

function inline(text: string): string {
  return text.replace(/\$[^$]+\$|`[^`]+`|\*\*[^*]+\*\*|\*[^*]+\*|[^$`*]+|[$`*]/g, (part) => {
    if (part.length > 2 && part.startsWith("$")) return part;
    if (part.length > 2 && part.startsWith("`")) return `\\texttt{${escapeLatex(part.slice(1, -1))}}`;
    if (part.length > 4 && part.startsWith("**")) return `\\textbf{${escapeLatex(part.slice(2, -2))}}`;
    if (part.length > 2 && part.startsWith("*")) return `\\emph{${escapeLatex(part.slice(1, -1))}}`;
    return escapeLatex(part);
  });
}

/** Makes what is wider than a line as narrow as one, and leaves the rest as it is. */
const FITTED = "\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}";

/**
 * A table in LaTeX, set with booktabs; one that is wider than a line is scaled down to it (graphicx).
 *
 * @param table the table; its caption may hold `$...$`.
 * @param label what `\ref` calls it by.
 * @returns a `table` environment; texts to the left, numbers to the right, "mean ± sd" as `$mean \pm sd$`.
 */
export function latexTable(table: StudyTable, label: string): string {
  const columns = columnsOf(table).map(({ title, values, digits }) => {
    const { texts, numeric } = formatColumn(values, digits);
    return { title, numeric, cells: texts.map((text, row) => cell(text, values[row])) };
  });
  const row = (cells: readonly string[]) => `    ${cells.join(" & ")} \\\\`;
  return [
    "% \\usepackage{booktabs,graphicx}",
    "\\begin{table}[t]",
    "  \\centering",
    `  \\caption{${inline(table.caption)}}`,
    `  \\label{${label}}`,
    `  ${FITTED}{%`,
    `  \\begin{tabular}{${columns.map(({ numeric }) => (numeric ? "r" : "l")).join("")}}`,
    "    \\toprule",
    row(columns.map(({ title }) => inline(title))),
    "    \\midrule",
    ...table.rows.map((_, index) => row(columns.map(({ cells }) => cells[index]))),
    "    \\bottomrule",
    "  \\end{tabular}}",
    "\\end{table}",
    "",
  ].join("\n");
}

function cell(text: string, value: TableCell | undefined): string {
  if (typeof value === "string") return inline(value);
  if (text === "" || typeof value === "boolean") return text;
  const exponent = text.replace(
    /e([+-]?)0*(\d+)/g,
    (_, sign: string, power: string) => ` \\times 10^{${sign === "-" ? "-" : ""}${power}}`,
  );
  return `$${exponent.replace("±", "\\pm")}$`;
}
