/** CIFAR-10-LT, imbalance 100: floor(5000 100^(-i/9)). */
export const LONG_TAILED = [5000, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50];
/**
 * Its 80 % training and 20 % validation split by AutoBalance: ceil(4000 100^(-i/9)) and ceil(1000 100^(-i/9)). In floating point the
 * last powers come out above 40 and 10, so that the public code has 41 and 11 there.
 */
export const TRAINING_SPLIT = [4000, 2398, 1438, 862, 517, 310, 186, 112, 67, 40];
export const VALIDATION_SPLIT = [1000, 600, 360, 216, 130, 78, 47, 28, 17, 10];
/** Published and derived values are given with four digits after the point. */
export const FOUR_DIGITS = 5.1e-5;
