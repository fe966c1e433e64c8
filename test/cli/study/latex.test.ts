import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { csvTable } from "../../../src/cli/study/csv";
import { escapeLatex, latexTable, markdownToLatex } from "../../../src/cli/study/latex";
import { settingsList, settingsOf } from "../../../src/cli/study/settings";

const table = {
  caption: "F$_\\beta$ of 5 % positives",
  rows: [
    { method: "focal_2", f: { mean: 0.5, sd: 0.0125 }, steps: 300, note: 'a "b", c' },
    { method: "BCE & more", f: { mean: -0.25, sd: 0.5 }, steps: 1000, note: null },
  ],
  columns: { method: "Method", f: "$F_\\beta$", steps: "Steps", note: "Note" },
  digits: { f: 3 },
};

describe("a table in LaTeX", () => {
  it("has booktabs' rules, texts left and escaped, numbers right and as mathematics", () => {
    const lines = latexTable(table, "tab:f").split("\n");
    assert.ok(lines.includes("  \\caption{F$_\\beta$ of 5 \\% positives}"));
    assert.ok(lines.includes("  \\begin{tabular}{lrrl}"));
    assert.match(lines[5], /^ {2}\\resizebox\{.*>\\linewidth.*\{%$/);
    assert.deepEqual(lines.slice(7, -3), [
      "    \\toprule",
      "    Method & $F_\\beta$ & Steps & Note \\\\",
      "    \\midrule",
      '    focal\\_2 & $0.500 \\pm 0.013$ & $300$ & a "b", c \\\\',
      "    BCE \\& more & $-0.250 \\pm 0.500$ & $1000$ &  \\\\",
      "    \\bottomrule",
    ]);
  });

  it("writes powers of ten out", () => {
    const small = { caption: "", rows: [{ x: 0.00012 }, { x: 0.0005 }] };
    assert.match(latexTable(small, "x"), /\$1\.200 \\times 10\^\{-4\}\$/);
  });

  it("escapes all that LaTeX would read otherwise", () => {
    assert.equal(
      escapeLatex("a_b {50%} \\x ~^ <>|"),
      "a\\_b \\{50\\%\\} \\textbackslash{}x \\textasciitilde{}\\textasciicircum{} \\textless{}\\textgreater{}\\textbar{}",
    );
    assert.equal(escapeLatex("β ± 2 × Δ"), "$\\beta$ $\\pm$ 2 $\\times$ $\\Delta$");
  });

  it("takes Markdown's emphasis, code, mathematics, headings and lists", () => {
    const text = "# Title\n\nWith $a_b$ and `c_d`, *so* **much**: 3 * 4 costs $5.\n\n- one\n- two\n\nend";
    assert.equal(
      markdownToLatex(text),
      "\\section*{Title}\n\nWith $a_b$ and \\texttt{c\\_d}, \\emph{so} \\textbf{much}: 3 * 4 costs \\$5.\n\n\\begin{itemize}\n  \\item one\n  \\item two\n\\end{itemize}\n\nend",
    );
  });
});

describe("a table in CSV", () => {
  it("has full precision, mean and standard deviation apart, and quotes where they are needed", () => {
    assert.equal(
      csvTable(table),
      'method,f mean,f sd,steps,note\nfocal_2,0.5,0.0125,300,"a ""b"", c"\nBCE & more,-0.25,0.5,1000,\n',
    );
  });
});

describe("the settings of trials", () => {
  it("are told by the label that decides them among the trials that have them, where no label does among all", () => {
    const of = (dataset: string, method: string, config: object) => ({
      labels: { dataset, method },
      config: { seed: 1, dataset, method, ...config },
    });
    const settings = settingsOf([
      of("small", "CE", {}),
      of("small", "search", { updates: 10 }),
      of("large", "CE", {}),
      of("large", "search", { updates: 90 }),
    ]);
    assert.match(settingsList(settings), /^- `updates`, by dataset: 10 \(small\); 90 \(large\)$/m);
  });

  const trial = (method: string, seed: number, config: object) => ({
    labels: { method, seed },
    config: { method, seed, steps: 10, ...config },
  });

  it("are all told: common ones once, others by value with the labels that decide them", () => {
    const settings = settingsOf([
      trial("bce", 1, { optimizer: { rate: 0.1 }, widths: [8, 16] }),
      trial("bce", 2, { optimizer: { rate: 0.1 }, widths: [8, 16] }),
      trial("focal", 1, { optimizer: { rate: 0.2 }, gamma: 2, widths: [8, 16] }),
      trial("focal", 2, { optimizer: { rate: 0.2 }, gamma: 2, widths: [8, 16] }),
    ]);
    assert.equal(
      settingsList(settings),
      [
        "- `steps`: 10",
        "- `widths`: [8,16]",
        "- `method`: one of bce, focal",
        "- `seed`: one of 1, 2",
        "- `optimizer.rate`, by method: 0.1 (bce); 0.2 (focal)",
        "- `gamma`, by method: 2 (focal)",
      ].join("\n"),
    );
  });
});
