import { placeOf, type TreeBounds, type TreeEntry, TreeError, type TreeNode } from './tree.ts';

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/**
 * Reads JSON as people write it: with comments (`//`, `#` at a line's beginning, and between stars), commas behind the last entry, a byte order mark, raw line
 * breaks in texts. Linear in the text. Throws TreeError saying where it is none, or where it is deeper or larger than the bounds.
 */
export function parseJson(text: string, bounds: TreeBounds): TreeNode {
  return new JsonReader(text, bounds).document();
}

class JsonReader {
  private at = 0;
  private nodes = 0;
  private readonly text: string;
  private readonly bounds: TreeBounds;

  constructor(text: string, bounds: TreeBounds) {
    this.text = text;
    this.bounds = bounds;
  }

  document(): TreeNode {
    if (this.text.startsWith('\uFEFF')) this.at = 1;
    this.skip();
    const node = this.value(0);
    this.skip();
    if (this.at < this.text.length) this.fail('there is something behind its end');
    return node;
  }

  private fail(problem: string): never {
    throw new TreeError(`${problem} (${placeOf(this.text, this.at)})`);
  }

  /** Blanks and comments. */
  private skip(): void {
    const { text } = this;
    for (;;) {
      while (/\s/.test(text[this.at] ?? 'x')) this.at += 1;
      if (text.startsWith('/*', this.at)) {
        const end = text.indexOf('*/', this.at + 2);
        if (end < 0) this.fail('a comment has no end');
        this.at = end + 2;
      } else if (text.startsWith('//', this.at) || text[this.at] === '#') {
        const end = text.indexOf('\n', this.at);
        this.at = end < 0 ? text.length : end + 1;
      } else return;
    }
  }

  private value(depth: number): TreeNode {
    if (depth > this.bounds.depth) this.fail('it is nested too deeply');
    this.nodes += 1;
    if (this.nodes > this.bounds.nodes) this.fail('it has too many values');
    const start = this.at;
    const first = this.text[this.at];
    if (first === '{') return this.map(depth, start);
    if (first === '[') return this.list(depth, start);
    if (first === '"') {
      const text = this.string();
      return { kind: 'text', text, start, end: this.at };
    }
    return this.word(start);
  }

  private map(depth: number, start: number): TreeNode {
    const entries: TreeEntry[] = [];
    this.each('}', () => {
      const keyStart = this.at;
      if (this.text[this.at] !== '"') this.fail('a name in double quotes is missing');
      const key = this.string();
      this.skip();
      if (this.text[this.at] !== ':') this.fail('a colon is missing');
      this.at += 1;
      this.skip();
      entries.push({ key, start: keyStart, node: this.value(depth + 1) });
    });
    return { kind: 'map', entries, flow: true, start, end: this.at };
  }

  private list(depth: number, start: number): TreeNode {
    const items: TreeNode[] = [];
    this.each(']', () => items.push(this.value(depth + 1)));
    return { kind: 'list', items, flow: true, start, end: this.at };
  }

  /** From an opening bracket to behind the closing one. */
  private each(close: string, read: () => void): void {
    this.at += 1;
    this.skip();
    while (this.text[this.at] !== close) {
      read();
      this.skip();
      if (this.text[this.at] === ',') {
        this.at += 1;
        this.skip();
      } else if (this.text[this.at] !== close) this.fail(`a comma or ${close} is missing`);
    }
    this.at += 1;
  }

  private string(): string {
    const { text } = this;
    const parts: string[] = [];
    const plain = /[^"\\]*/y;
    this.at += 1;
    for (;;) {
      plain.lastIndex = this.at;
      const found = plain.exec(text)?.[0] ?? '';
      parts.push(found);
      this.at += found.length;
      if (this.at >= text.length) this.fail('a text has no end');
      if (text[this.at] === '"') break;
      const [character, length] = this.escape();
      parts.push(character);
      this.at += length;
    }
    this.at += 1;
    return parts.join('');
  }

  /** The character that the escape at `at` stands for, and how long it is. */
  private escape(): [string, number] {
    const letter = this.text[this.at + 1] ?? '';
    const digits = this.text.slice(this.at + 2, this.at + 6);
    if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(digits))
      return [String.fromCharCode(Number.parseInt(digits, 16)), 6];
    const known = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined;
    if (known === undefined) this.fail('a backslash is followed by what it can’t be');
    return [known, 2];
  }

  private word(start: number): TreeNode {
    const word = /[^\s,:[\]{}"/#]+/y;
    word.lastIndex = start;
    const found = word.exec(this.text)?.[0] ?? '';
    this.at = start + found.length;
    const end = this.at;
    if (found === 'null') return { kind: 'null', start, end };
    if (found === 'true' || found === 'false')
      return { kind: 'boolean', value: found === 'true', start, end };
    if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(found))
      return { kind: 'number', text: found, start, end };
    this.at = start;
    return this.fail(found === '' ? 'a value is missing' : 'there is a word that is no value');
  }
}
