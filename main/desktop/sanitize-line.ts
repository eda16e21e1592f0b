/** Control characters, separators of lines, and what turns the direction of the text around it. */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** Text of others as the system's menus and notifications may show it: one line in its own direction, `max` characters at most. */
export function sanitizeLine(text: string, max: number): string {
  // Cut first: whoever sends megabytes has them looked at in part only.
  const letters = [
    ...text
      .slice(0, max * 4)
      .replace(unfit, ' ')
      .trim(),
  ];
  return letters.length > max ? `${letters.slice(0, max - 1).join('')}…` : letters.join('');
}
