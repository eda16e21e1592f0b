import { z } from 'zod';

/** What a token may do (http.md, Scopes). A token without scopes has all but `tokens`, which only the master has. */
export const scopes = [
  'containers.read',
  'containers.write',
  'console.read',
  'console.send',
  'power',
  'files.read',
  'files.write',
  'backups',
  'network',
  'schedules',
  'tokens',
  'system',
] as const;
export const scopeSchema = z.enum(scopes);
export type Scope = z.infer<typeof scopeSchema>;
