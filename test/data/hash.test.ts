import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { indexHash } from "../../src/data/hash";

describe("indexHash", () => {
  it("is the start of SHA-256 over 32-bit little-endian integers", () => {
    // hashlib.sha256(struct.pack("<3i", 0, 1, 70000)).hexdigest()[:16]
    assert.equal(indexHash([0, 1, 70_000]), "ff54c94c6a395707");
    assert.equal(indexHash([]), "e3b0c44298fc1c14");
  });

  it("does not depend on the kind of list, and does on the order", () => {
    assert.equal(indexHash(Int32Array.of(3, 2, 1)), indexHash([3, 2, 1]));
    assert.notEqual(indexHash([1, 2, 3]), indexHash([3, 2, 1]));
  });

  it("refuses what is no index, and says where it stands", () => {
    for (const bad of [-1, 0.5, NaN, 2 ** 31]) {
      assert.throws(() => indexHash([4, bad]), new RegExp(`received ${bad} at position 1`));
    }
  });
});
