/** Whether a number field holds a whole number within these bounds. */
export const isWithin = (value: number | '' | null, from: number, to: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
