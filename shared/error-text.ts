/** Inner errors that are looked into for a text; a chain may be a circle. */
const maxDepth = 4;

/**
 * What anything thrown says, as text for logs and people; never throws and is never empty. An error's message; where that is
 * empty (Node gives none when each of a name's addresses failed), the first text of the errors bundled in it or of its
 * cause, else its name. Anything else is made a string.
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
  const inner: unknown[] =
    thrown instanceof AggregateError ? [...thrown.errors, thrown.cause] : [thrown.cause];
  for (const one of inner) {
    const text = one === undefined ? '' : textOf(one, depth + 1);
    if (text !== '') return text;
  }
  return '';
}

/** Objects without a prototype, or with a `toString` that throws, can't be made a string. */
function asString(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}
