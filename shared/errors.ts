import { errorText } from './error-text.ts';

/** The one table of errors: code → HTTP status and whether trying again later can help. Match on codes, never on text. */
export const errorTable = {
  invalid: { status: 400, retryable: false },
  unauthorized: { status: 401, retryable: false },
  token_expired: { status: 401, retryable: false },
  vendor_header: { status: 403, retryable: false },
  not_permitted: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  conflict: { status: 409, retryable: false },
  busy: { status: 409, retryable: true },
  too_large: { status: 413, retryable: false },
  /** The part of a file that was asked for is behind its end. */
  bad_range: { status: 416, retryable: false },
  rate_limited: { status: 429, retryable: true },
  /** The volume has no room for it (A10). */
  out_of_space: { status: 507, retryable: false },
  /** The disk under the data folder is full: nothing can be remembered until there is room. */
  disk_full: { status: 507, retryable: true },
  internal: { status: 500, retryable: false },
  engine_unreachable: { status: 503, retryable: true },
  engine_refused: { status: 502, retryable: false },
  timeout: { status: 504, retryable: true },
} as const;
export type ErrorCode = keyof typeof errorTable;

/** The one class for failures that a user may see: `message` is a whole sentence (what happened, to what, what to do). */
export class LightdeckError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'LightdeckError';
    this.code = code;
  }

  get status(): number {
    return errorTable[this.code].status;
  }
}

/** Turns anything thrown into the one class; what is unknown becomes `internal`. */
export function toLightdeckError(thrown: unknown): LightdeckError {
  if (thrown instanceof LightdeckError) return thrown;
  const message = errorText(thrown);
  return new LightdeckError('internal', message, { cause: thrown });
}
