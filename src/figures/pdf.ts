const POINTS_PER_INCH = 72;

/**
 * Takes the time of making out of a PDF, so that the same figure gives the same bytes.
 *
 * @param pdf the bytes of a file written by Chromium.
 * @returns the bytes with every date at the start of the year 2000; digits alone are replaced, so offsets stay.
 */
export function withoutDates(pdf: Buffer): Buffer {
  const still = pdf.toString("latin1").replace(/\/(CreationDate|ModDate) \(D:\d{14}/g, "/$1 (D:20000101000000");
  return Buffer.from(still, "latin1");
}

/**
 * Cuts the page of a one-page PDF to an exact size: Chromium rounds pages up to whole points and to 1/300 in.
 *
 * @param pdf the bytes of a file written by Chromium, its page at least as large as the size.
 * @param size width and height in inches; what lies at the page's upper left corner is kept.
 * @returns the bytes with the page's box replaced and the table of offsets moved along; a file of another build, without a
 *   table or with several boxes, is returned as it is, its page then at most a point too large.
 * @see ISO 32000-1, 7.5.4 (cross-reference table) and 14.11.2 (page boundaries)
 */
export function withPageSize(pdf: Buffer, { width, height }: { width: number; height: number }): Buffer {
  // One character per byte, so that positions in the text are offsets in the file.
  const text = pdf.toString("latin1");
  const boxes = [...text.matchAll(/\/MediaBox \[0 0 [\d.]+ ([\d.]+)\]/g)];
  const table = text.match(/\nxref\n0 \d+\n((?:\d{10} \d{5} [fn] \n)+)trailer\n[\s\S]*startxref\n(\d+)\n%%EOF\s*$/);
  if (boxes.length !== 1 || table?.index === undefined) return pdf;

  const [[box, pageHeight]] = boxes;
  const at = boxes[0].index ?? 0;
  // The origin of a page is its lower left corner.
  const corners = [0, Number(pageHeight) - height * POINTS_PER_INCH, width * POINTS_PER_INCH, Number(pageHeight)];
  const exact = `/MediaBox [${corners.map((corner) => Number(corner.toFixed(4))).join(" ")}]`;
  const moved = (offset: number): number => (offset > at ? offset + exact.length - box.length : offset);
  const body = text.slice(0, at) + exact + text.slice(at + box.length, table.index);
  const tail = text
    .slice(table.index)
    .replace(/\d{10}(?= \d{5} n \n)/g, (offset) => String(moved(Number(offset))).padStart(10, "0"))
    .replace(/startxref\n\d+/, `startxref\n${moved(Number(table[2]))}`);
  return Buffer.from(body + tail, "latin1");
}
