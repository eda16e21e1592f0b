/** How deep causes and bundles are looked into for a text, since a chain may be a circle, and how many errors of a bundle. */
const maxDepth = 4;
const maxBundled = 8;

/**
 * What anything thrown says, as text for logs and people; never throws and is never empty. An error's message; where that is
 * empty, the texts of the errors bundled in it (Node's failure to connect says nothing itself but has one error for each
 * address of the name), else its cause's text, else its name. Anything else is made a string.
 */
export function errorText(thrown: unknown): string {
  return textOf(thrown, 0) || (thrown instanceof Error && thrown.name) || 'unknown error';
}

/** The thrown thing itself if it is an error, else an error that says it. For callbacks that take errors only. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(errorText(thrown), { cause: thrown });
}

function textOf(thrown: unknown, depth: number): string {
  if (!(thrown instanceof Error)) return asString(thrown);
  if (thrown.message !== '' || depth >= maxDepth) return thrown.message;
  const bundled: unknown[] = thrown instanceof AggregateError ? thrown.errors.slice(0, maxBundled) : [];
  const texts = new Set(bundled.map((error) => textOf(error, depth + 1)).filter((text) => text !== ''));
  if (texts.size > 0) return [...texts].join('; ');
  return thrown.cause === undefined ? '' : textOf(thrown.cause, depth + 1);
}

/** Objects without a prototype, or with a `toString` that throws, can't be made a string. */
function asString(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}
