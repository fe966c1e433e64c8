"""Resizes images of noise with Pillow's bilinear filter, for src/data/resample.ts to be checked against.

    python test/oracle/resample.py > test/oracle/resample.json

It needs Pillow 11.3, which the project's environment does not hold. From version 13 on, Pillow resizes heights before widths
where that is cheaper, with other roundings. Of every result, SHA-256 of its bytes. The noise is that of test/data/support.ts:
the high byte of a linear congruential generator.
"""

import hashlib
import json

import numpy as np
from PIL import Image

CASES = [
    # height, width, new height, new width, channels
    (30, 41, 17, 23, 3),
    (30, 41, 61, 83, 3),
    (30, 41, 30, 64, 3),
    (30, 41, 7, 41, 1),
    (13, 10, 32, 4, 1),
    (100, 150, 1, 1, 3),
    (5, 3, 224, 224, 3),
    (375, 500, 256, 256, 3),
    (257, 255, 256, 256, 3),
]


def noise(length):
    state, values = 1, bytearray()
    for _ in range(length):
        state = (state * 1664525 + 1013904223) % 2**32
        values.append(state >> 24)
    return np.frombuffer(bytes(values), dtype=np.uint8)


results = []
for height, width, rows, columns, channels in CASES:
    pixels = noise(height * width * channels).reshape((height, width, channels) if channels > 1 else (height, width))
    resized = Image.fromarray(pixels).resize((columns, rows), Image.Resampling.BILINEAR)
    digest = hashlib.sha256(np.asarray(resized).tobytes()).hexdigest()
    results.append({"from": [height, width], "to": [rows, columns], "channels": channels, "sha256": digest})
print(json.dumps(results, indent=1))
