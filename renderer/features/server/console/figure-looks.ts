import { bytes } from '../../../ui/format.ts';

/** Colours of a chart's first and second line. */
export const accent = 'var(--mantine-primary-color-filled)';
export const second = 'var(--chart-second)';

export const byteRate = (value: number): string => `${bytes(value)}/s`;
