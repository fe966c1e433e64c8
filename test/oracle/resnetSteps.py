#!/usr/bin/env python3
"""Losses of the first training steps of ResNet-20 on long-tailed CIFAR-10, by PyTorch, as a reference for the kit's.

    python resnetSteps.py FOLDER_OF_CIFAR_10_BATCHES_BIN > resnetSteps.json

Needs torch and numpy. Everything that both sides must share is a function that both compute:

- Images: training images of the binary CIFAR-10 files, (byte / 255 - mean) / std per channel. Class k keeps its first
  floor(5000 * 0.01 ** (k / 9)) images (ratio 100); the positions of every batch are in the file, drawn here once.
- Weights: element e (row by row, in the layout [height, width, in, out] or [in, out]) of the p-th trainable variable
  starts at bound * (2 h / 2^32 - 1) with h = murmur3's finaliser of (p * 2654435761 + e) mod 2^32 and
  bound = sqrt(6 / fan in), for the head's weight sqrt(1 / fan in), rounded to float32. Scales of batch norm start at 1, offsets and the bias at 0. The order is that of the kit:
  stem, blocks, head; in a block convolution 1, norm 1, convolution 2, norm 2, shortcut.
- Training: cross-entropy, SGD with momentum 0.9 and weight decay 0.0002 on every variable. The rate rises linearly to 0.1
  over the first five epochs, 0.1 (step + 1) / 1940; in the last case it is 0.1 from the start.

Losses are computed in float64, so that rounding is on one side only. At the full rate from the start, training multiplies
rounding tens of times per step, and PyTorch's own float32 run, which the file holds too, leaves the float64 one within a few
steps, so that no two libraries can agree for 20.
"""
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

STEPS, BATCH, SEED = 20, 32, 1
RATE, WARMUP, MOMENTUM, DECAY = 0.1, 1940, 0.9, 2e-4
# Steps that are told of the run at the full rate.
FULL_RATE_STEPS = 5
MEAN, STD = [0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010]
STAGES, BLOCKS, WIDTH, CLASSES = 3, 3, 16, 10


def mixed(values):
    """The finaliser of murmur3 on unsigned 32-bit integers."""
    h = values.astype(np.uint32)
    h ^= h >> np.uint32(16)
    h = (h.astype(np.uint64) * 0x85EBCA6B).astype(np.uint32)
    h ^= h >> np.uint32(13)
    h = (h.astype(np.uint64) * 0xC2B2AE35).astype(np.uint32)
    h ^= h >> np.uint32(16)
    return h


class Weights:
    """Hands out the variables in the kit's order, in PyTorch's layout."""

    def __init__(self, dtype):
        self.dtype = dtype
        self.variables = []

    def _add(self, values):
        variable = torch.tensor(values, dtype=self.dtype, requires_grad=True)
        self.variables.append(variable)
        return variable

    def _uniform(self, shape, variance):
        place = np.arange(math.prod(shape), dtype=np.uint64) + len(self.variables) * 2654435761
        h = mixed(place % 2**32).astype(np.float64)
        values = math.sqrt(3 * variance) * (2 * h / 2**32 - 1)
        return values.astype(np.float32).astype(np.float64).reshape(shape)

    def convolution(self, size, come, go):
        return self._add(self._uniform((size, size, come, go), 2 / (size * size * come)).transpose(3, 2, 0, 1).copy())

    def dense(self, come, go):
        return self._add(self._uniform((come, go), 1 / (3 * come)))

    def filled(self, size, value):
        return self._add(np.full(size, float(value)))


def norm(x, scale, offset):
    return F.batch_norm(x, None, None, scale, offset, training=True, eps=1e-5)


class ResNet20:
    def __init__(self, shortcut, padding, dtype):
        self.padding = padding
        self.weights = w = Weights(dtype)
        self.stem = w.convolution(3, 3, WIDTH), w.filled(WIDTH, 1), w.filled(WIDTH, 0)
        self.blocks = []
        come = WIDTH
        for stage in range(STAGES):
            for block in range(BLOCKS):
                go = WIDTH * 2**stage
                stride = 2 if stage > 0 and block == 0 else 1
                parts = [w.convolution(3, come, go), w.filled(go, 1), w.filled(go, 0)]
                parts += [w.convolution(3, go, go), w.filled(go, 1), w.filled(go, 0)]
                if come != go and shortcut == "projection":
                    parts += [w.convolution(1, come, go), w.filled(go, 1), w.filled(go, 0)]
                self.blocks.append((stride, come, go, parts))
                come = go
        self.head = w.dense(come, CLASSES), w.filled(CLASSES, 0)

    def convolve(self, x, kernel, stride):
        if stride == 2 and self.padding == "same":
            return F.conv2d(F.pad(x, (0, 1, 0, 1)), kernel, stride=2)
        return F.conv2d(x, kernel, stride=stride, padding=1)

    def __call__(self, x):
        kernel, scale, offset = self.stem
        x = F.relu(norm(F.conv2d(x, kernel, padding=1), scale, offset))
        for stride, come, go, parts in self.blocks:
            k1, s1, o1, k2, s2, o2, *projection = parts
            inner = F.relu(norm(self.convolve(x, k1, stride), s1, o1))
            inner = norm(F.conv2d(inner, k2, padding=1), s2, o2)
            beside = x
            if projection:
                beside = norm(F.conv2d(x, projection[0], stride=stride), *projection[1:])
            elif come != go:
                before = (go - come) // 2
                beside = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, before, go - come - before))
            x = F.relu(inner + beside)
        weight, bias = self.head
        return x.mean((2, 3)) @ weight + bias


def read_images(folder):
    records = [np.fromfile(Path(folder) / f"data_batch_{n}.bin", dtype=np.uint8) for n in range(1, 6)]
    table = np.concatenate(records).reshape(-1, 3073)
    return table[:, 1:].reshape(-1, 3, 32, 32), table[:, 0].astype(np.int64)


def long_tailed(labels):
    kept = []
    for k in range(CLASSES):
        count = math.floor(5000 * 0.01 ** (k / 9))
        kept.append(np.flatnonzero(labels == k)[:count])
    return np.concatenate(kept)


def train(images, labels, batches, shortcut, padding, warmup=WARMUP, dtype=torch.float64):
    model = ResNet20(shortcut, padding, dtype)
    optimizer = torch.optim.SGD(model.weights.variables, lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)
    mean, std = (torch.tensor(values, dtype=dtype).view(1, 3, 1, 1) for values in (MEAN, STD))
    losses = []
    for step, batch in enumerate(batches):
        x = (torch.tensor(images[batch]).to(dtype) / 255 - mean) / std
        loss = F.cross_entropy(model(x), torch.tensor(labels[batch]))
        optimizer.param_groups[0]["lr"] = RATE * min(1, (step + 1) / warmup)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def main():
    images, labels = read_images(sys.argv[1])
    order = np.random.RandomState(SEED).permutation(long_tailed(labels))
    batches = order[: STEPS * BATCH].reshape(STEPS, BATCH)
    run = lambda *case, few=STEPS, **how: train(images, labels, batches[:few], *case, **how)
    cases = [
        {"shortcut": shortcut, "padding": padding, "losses": run(shortcut, padding)}
        for shortcut, padding in [("zeroPad", "symmetric"), ("projection", "symmetric"), ("zeroPad", "same")]
    ]
    full = {
        str(dtype).split(".")[1]: run("zeroPad", "symmetric", few=FULL_RATE_STEPS, warmup=1, dtype=dtype)
        for dtype in (torch.float64, torch.float32)
    }
    fixture = {
        "by": f"test/oracle/resnetSteps.py, PyTorch {torch.__version__.split('+')[0]}",
        "settings": {"learningRate": RATE, "warmup": WARMUP, "momentum": MOMENTUM, "weightDecay": DECAY},
        "standardize": {"mean": MEAN, "std": STD},
        "batches": batches.tolist(),
        "cases": cases,
        "fullRate": full,
    }
    json.dump(fixture, sys.stdout, separators=(",", ":"))
    print()


main()
