import { z } from 'zod';

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** As the zone files are called, not as an offset: programs look for a file of that name. */
export const timeZoneSchema = z
  .string()
  .max(64, 'must have 64 characters or fewer')
  .regex(/^[A-Z][A-Za-z0-9_+-]*(\/[A-Z][A-Za-z0-9_+-]*){0,2}$/, 'must be a time zone like Europe/Berlin')
  .refine(isTimeZone, 'is no time zone that is known here; write it like Europe/Berlin');
