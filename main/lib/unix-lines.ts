/**
 * A text with line ends as shells and programs on Linux know them. What was written on Windows, and most scripts that panels export,
 * ends each line with a carriage return too, which is taken for a part of the last word there: `set -e\r` is no option. Returns
 * elsewhere than at a line's end stay. Pure.
 */
export function unixLines(text: string): string {
  return text.replace(/\r+(?=\n|$)/g, '');
}
