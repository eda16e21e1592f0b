/**
 * The code that Node, the system or SQLite gave an error (`ENOENT`, `EADDRINUSE`, `SQLITE_FULL`, …), or '' if it has none or isn't
 * an error. Looks at the error itself, not into its causes.
 */
export function systemCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : '';
}

/** Whether an error has one of these codes. */
export function hasCode(thrown: unknown, ...codes: [string, ...string[]]): boolean {
  return codes.includes(systemCode(thrown));
}
