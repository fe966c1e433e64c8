import { z } from "zod";

import { type BinaryLoss } from "../binary";

const isLoss = (value: unknown): value is BinaryLoss => typeof value === "function";

/** The option `loss` of averages over labels. */
export const binaryLossOption = z
  .custom<BinaryLoss>(isLoss, "a binary loss, (logits [n], labels [n]) => scalar")
  .describe("the binary loss");

/** The same, or one loss per label. */
export const binaryLossesOption = z
  .custom<BinaryLoss | readonly BinaryLoss[]>(
    (value) => isLoss(value) || (Array.isArray(value) && value.length > 0 && value.every(isLoss)),
    "a binary loss, (logits [n], labels [n]) => scalar, or a list of them, one per label",
  )
  .describe("the binary loss of every label, or a list with one for each");
