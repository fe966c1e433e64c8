/** A number with the four decimals that results keep. */
export const rounded = (value: number): number => Number(value.toFixed(4));
