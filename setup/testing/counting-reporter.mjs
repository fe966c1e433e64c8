/**
 * A reporter for Node's test runner that writes the counts of passed and failed tests as JSON. Suites are not counted, what is
 * skipped or still to do neither; a file that ends badly outside its tests counts as a failure.
 *
 * @param {AsyncIterable<import("node:test/reporters").TestEvent>} events
 */
export default async function* countingReporter(events) {
  const counts = { passed: 0, failed: 0 };
  for await (const event of events) {
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { skip, todo, details } = event.data;
    if (skip !== undefined || todo !== undefined || details.type === "suite") continue;
    counts[event.type === "test:pass" ? "passed" : "failed"] += 1;
  }
  yield JSON.stringify(counts);
}
