/**
 * The one TensorFlow of the process. `@tensorflow/tfjs-node` is the package in vendor/tfjs-node: the native library where its
 * addon was compiled, the plain JavaScript backend elsewhere. Everything below the engine takes `tf` from here.
 */
import * as tf from "@tensorflow/tfjs-node";

export { tf };
