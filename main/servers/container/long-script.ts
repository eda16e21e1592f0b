/**
 * What one argument of a program may have (Linux: 128 KiB with its end), counted in characters that may take three bytes each; a character of
 * four is two of them.
 */
const maxPart = 40_000;

/**
 * A script as the words after `sh -c`: itself, or, where it is too long to be one word, a loader that puts it together from several.
 * For shells of any kind.
 */
export function scriptWords(script: string): [string, ...string[]] {
  if (script.length <= maxPart) return [script];
  const parts: string[] = [];
  for (let from = 0; from < script.length; ) {
    const end = Math.min(script.length, from + maxPart);
    // Not between the halves of one character.
    const to = /[\ud800-\udbff]$/.test(script.slice(from, end)) && end < script.length ? end - 1 : end;
    parts.push(script.slice(from, to));
    from = to;
  }
  const all = parts.map((_part, index) => `\${${index + 1}}`).join('');
  return [`LIGHTDECK_SCRIPT="${all}"; set --; eval "$LIGHTDECK_SCRIPT"`, 'sh', ...parts];
}
