/**
 * The one TensorFlow.js of the process. The types are those of the native package; on the JavaScript backend
 * `node` (TensorBoard, image files, SavedModels) and `io.fileSystem` are absent at run time.
 */
export * from "@tensorflow/tfjs-node-gpu";
