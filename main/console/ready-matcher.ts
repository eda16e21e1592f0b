import { RE2JS } from 're2js';
import { AnsiStripper } from './ansi-stripper.ts';

/** Longest pattern that is taken as a regular expression, in characters. */
const maxPattern = 1024;
/** Largest compiled program, in instructions: the factor in the worst cost per character. */
const maxProgram = 600;
/** Longest stretch of one line that is kept, in characters; a longer line is cut, with an overlap. */
const maxLine = 16 * 1024;
/** A match of up to this many characters is found wherever a line was cut, or grew in pieces. */
const overlap = 1024;

export interface PatternDescription {
  kind: 'text' | 'regexp';
  /** A whole sentence for the user, where the pattern may not do what its author expected. */
  note?: string;
}

export interface ReadyMatcher {
  /** Takes the next text (whole characters of normalised UTF-8); true if the pattern has matched a line in it. */
  push(text: Buffer): boolean;
}

/** How a start pattern will be matched (S10). Never throws. */
export function describePattern(pattern: string): PatternDescription {
  const { kind, note } = parsePattern(pattern);
  return note === undefined ? { kind } : { kind, note };
}

/**
 * Finds the line that says that a server is ready (S10), in time linear in the text whatever the pattern. Escape sequences are
 * stripped, also across pushes; `\n` and a lone `\r` end a line. An unfinished line is tested too, but only for what
 * no continuation could take away: `^Server$` doesn't match the first half of `Server stopping`. The pattern is a regular expression without
 * slashes around it (`/plugins/` is a folder in somebody's log line, not an expression); flags go in front, as in `(?i)ready`.
 */
export function createReadyMatcher(pattern: string): ReadyMatcher {
  // A line's end pasted along is in no line.
  return new LineMatcher(parsePattern(pattern.replace(/[\r\n]+$/, '')).find);
}

/** Whether there is a match in `line` that begins at or after `from`. */
type Find = (line: string, from: number, finished: boolean) => boolean;

function parsePattern(pattern: string): PatternDescription & { find: Find } {
  if (!/[\\^$.*+?()[\]{}|]/.test(pattern)) return asText(pattern);
  if (pattern.length > maxPattern) {
    return asText(
      pattern,
      `The start pattern is longer than ${maxPattern} characters and is taken as plain text.`,
    );
  }
  const regexp = compile(pattern);
  if (regexp === null) return asText(pattern, isJavaScriptRegExp(pattern) ? unsupported : undefined);
  if (regexp.programSize() > maxProgram) {
    return asText(
      pattern,
      'The start pattern repeats too much to be matched quickly and is taken as plain text; use smaller counts.',
    );
  }
  return { kind: 'regexp', find: regExpFinder(regexp, /\(\?<[=!]/.test(pattern)) };
}

const unsupported =
  'The start pattern uses look-ahead, back-references or another feature that cannot be matched in bounded time, and is taken as plain text.';

function asText(pattern: string, note?: string): PatternDescription & { find: Find } {
  const find: Find = (line, from) =>
    line.includes(pattern, Math.max(0, Math.min(from, line.length - pattern.length)));
  return note === undefined ? { kind: 'text', find } : { kind: 'text', note, find };
}

function regExpFinder(regexp: RE2JS, looksBehind: boolean): Find {
  const isIn = (line: string, from: number): boolean => {
    if (from === 0) return regexp.test(line);
    // A test alone is ten times quicker than a search from a position; one character before it is all that decides `^` and `\b`.
    return (looksBehind || regexp.test(line.slice(from - 1))) && regexp.matcher(line).find(from);
  };
  return (line, from, finished) => {
    if (!isIn(line, from)) return false;
    // What hangs on the line's end (`$`, `\b`) is no match yet while the line may go on, with a letter or with anything else.
    return finished || (isIn(`${line}x`, from) && isIn(`${line}\0`, from));
  };
}

function compile(pattern: string): RE2JS | null {
  for (const spelling of [() => pattern, () => RE2JS.translateRegExp(pattern)]) {
    try {
      return RE2JS.compile(spelling(), RE2JS.LOOKBEHINDS);
    } catch {
      // The second spelling is RE2's for what JavaScript alone writes differently, such as \u0041.
    }
  }
  return null;
}

function isJavaScriptRegExp(pattern: string): boolean {
  try {
    new RegExp(pattern);
    return true;
  } catch {
    return false;
  }
}

class LineMatcher implements ReadyMatcher {
  private readonly find: Find;
  private readonly stripper = new AnsiStripper();
  private line = '';
  /** 0 at a line's beginning; 1 where the line was cut, so that `^` sees a character before it. */
  private first = 0;
  /** How much of `line` has been tested. */
  private tested = 0;

  constructor(find: Find) {
    this.find = find;
  }

  push(text: Buffer): boolean {
    const stripped = this.stripper.strip(text.toString('utf8'));
    let from = 0;
    for (const end of lineEnds(stripped)) {
      if (this.extend(stripped, from, end)) return true;
      if (this.find(this.line, this.first, true)) return true;
      this.restart('', 0);
      from = end + 1;
    }
    return this.extend(stripped, from, stripped.length) || this.testUnfinished();
  }

  /** Adds text to the line; true if it got too long and the part that is cut off matched. */
  private extend(text: string, start: number, end: number): boolean {
    let from = start;
    while (this.line.length + end - from > maxLine) {
      const to = from + maxLine - this.line.length;
      this.line += text.slice(from, to);
      if (this.find(this.line, this.first, false)) return true;
      this.restart(this.line.slice(-overlap - 1), 1);
      from = to;
    }
    this.line += text.slice(from, end);
    return false;
  }

  private testUnfinished(): boolean {
    const known = this.tested;
    if (known === this.line.length) return false;
    this.tested = this.line.length;
    return this.find(this.line, Math.max(this.first, known - overlap), false);
  }

  private restart(line: string, first: number): void {
    this.line = line;
    this.first = first;
    this.tested = 0;
  }
}

function* lineEnds(text: string): Generator<number> {
  let feed = text.indexOf('\n');
  let back = text.indexOf('\r');
  while (feed >= 0 || back >= 0) {
    if (back < 0 || (feed >= 0 && feed < back)) {
      yield feed;
      feed = text.indexOf('\n', feed + 1);
    } else {
      yield back;
      back = text.indexOf('\r', back + 1);
    }
  }
}
