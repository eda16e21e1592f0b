/**
 * A command cut into words as a shell does: blanks, quotes, backslashes, a backslash at a line's end. Nothing is expanded. Null: a quote is not
 * closed.
 */
export function shellWords(command: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  const part = /\s+|\\(?:\r?\n|([\s\S]))|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\s\\'"]+)/y;
  while (part.lastIndex < command.length) {
    const found = part.exec(command);
    if (!found) return null;
    const [all, escaped, single, double, plain] = found;
    if (/^\s/.test(all)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (!/^\\\r?\n$/.test(all)) {
      const text = escaped ?? single ?? plain ?? double?.replace(/\\(?:\r?\n|(["\\$`]))/g, '$1') ?? '';
      word = (word ?? '') + text;
    }
  }
  return word === null ? words : [...words, word];
}
