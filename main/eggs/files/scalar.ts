import type { ConfigValue } from '../../../shared/model/egg.ts';

/** A value as formats without types write it. */
export const scalarOf = (value: ConfigValue | null): string => (value === null ? '' : String(value));
