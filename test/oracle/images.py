"""Reads image sets with numpy alone and writes digests of every image, for the readers of src/data to be checked against.

    .venv/bin/python test/oracle/images.py data/cache [recovered.csv] > test/oracle/images.json

The digest of an image is SHA-256 over its label bytes (of CIFAR-100: the coarse, then the fine one) and its pixels, row by
row, channels last. A block is the first 16 hexadecimal digits of SHA-256 over the digests of 100 images, one after the other.
CIFAR-100's blocks are its classes, with the digests of a class sorted: the copies of its files differ in their order.

recovered.csv (file,record,label) names records of CIFAR-10 whose pixels are not those of the official files; of these the
label alone is digested, so that the blocks hold for any copy.
"""

import csv
import gzip
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

BLOCK = 100


def idx(folder, part):
    """Labels [n, 1] and images [n, 28, 28, 1] of gzipped IDX files."""
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as file:
        content = file.read()
    magic, *shape = np.frombuffer(content, dtype=">u4", count=4)
    assert magic == 0x803
    images = np.frombuffer(content, dtype=np.uint8, offset=16).reshape(*shape, 1)
    with gzip.open(folder / f"{part}-labels-idx1-ubyte.gz") as file:
        content = file.read()
    assert tuple(np.frombuffer(content, dtype=">u4", count=2)) == (0x801, len(images))
    return np.frombuffer(content, dtype=np.uint8, offset=8)[:, None], images


def cifar(paths, label_bytes):
    """Labels [n, label_bytes] and images [n, 32, 32, 3] of the binary version of CIFAR."""
    records = np.concatenate([np.fromfile(path, dtype=np.uint8).reshape(-1, label_bytes + 3072) for path in paths])
    return records[:, :label_bytes], records[:, label_bytes:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)


def digests(labels, images, recovered=()):
    skipped = set(recovered)
    for index, (label, image) in enumerate(zip(labels, images)):
        pixels = b"" if index in skipped else np.ascontiguousarray(image).tobytes()
        yield hashlib.sha256(label.tobytes() + pixels).digest()


def short(parts):
    return hashlib.sha256(b"".join(parts)).hexdigest()[:16]


def in_order(labels, images, recovered=()):
    all_of_them = list(digests(labels, images, recovered))
    blocks = [short(all_of_them[start : start + BLOCK]) for start in range(0, len(all_of_them), BLOCK)]
    return {"size": len(labels), "recovered": list(recovered), "blocks": " ".join(blocks)}


def by_class(labels, images):
    of_class = [[] for _ in range(100)]
    for label, digest in zip(labels[:, -1], digests(labels, images)):
        of_class[label].append(digest)
    return {"size": len(labels), "blocks": " ".join(short(sorted(members)) for members in of_class)}


def recovered_records(path):
    """Positions in the train and in the test part of CIFAR-10."""
    found = {"train": [], "test": []}
    for row in csv.DictReader(open(path, newline="")) if path else []:
        if row["file"] == "test_batch.bin":
            found["test"].append(int(row["record"]))
        else:
            batch = int(row["file"].removeprefix("data_batch_").removesuffix(".bin"))
            found["train"].append(10_000 * (batch - 1) + int(row["record"]))
    return found


def main(folder, recovered=None):
    root = Path(folder)
    lossy = recovered_records(recovered)
    ten = root / "cifar-10-batches-bin"
    hundred = root / "cifar-100-binary"
    batches = [ten / f"data_batch_{number}.bin" for number in range(1, 6)]
    sets = {
        "fashion-mnist": {
            "train": in_order(*idx(root / "fashion-mnist", "train")),
            "test": in_order(*idx(root / "fashion-mnist", "t10k")),
        },
        "cifar-10": {
            "train": in_order(*cifar(batches, 1), lossy["train"]),
            "test": in_order(*cifar([ten / "test_batch.bin"], 1), lossy["test"]),
        },
        "cifar-100-lt50": {
            "train": by_class(*cifar([hundred / "train_lt_if50.bin"], 2)),
            "test": by_class(*cifar([hundred / "test.bin"], 2)),
        },
    }
    json.dump(sets, sys.stdout)
    print()


main(*sys.argv[1:])
