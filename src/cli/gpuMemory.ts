/**
 * Loaded before TensorFlow is: memory of a GPU is taken as it is needed, so that processes can share one, the process that starts trials
 * among them.
 */
process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= "true";
