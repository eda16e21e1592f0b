import { type Messages, textsOf, translated } from './messages.ts';

/** Where the translations stand: `host.de.json` here, by what the host and `shared/` say in English. */
const room = 'host';

interface Pattern {
  key: string;
  /** Its longest part of its own: what lacks it needs no closer look. */
  core: string;
  expression: RegExp;
  names: string[];
}

interface Known {
  texts: Messages;
  t: ReturnType<typeof textsOf<Messages>>;
  /** Sentences with something in them; those with the most words of their own first, since short ones are found in much. */
  patterns: Pattern[];
  /** What only holds parts together (`{first}: {second}`) and fits nearly everything: looked at last. */
  joints: Pattern[];
}

const hole = /\{(\w+)\}/;
/** `{count}` stands for a number alone; any other name for whatever is there. */
const inHole = (name: string): string => (name === 'count' ? '(\\d[\\d.,]*)' : '(.+?)');
const hasWords = (key: string): boolean => /\p{L}/u.test(key.replaceAll(/\{\w+\}/g, ''));
const fixedLength = (key: string): number => key.replaceAll(/\{\w+\}/g, '').length;
/** How deep parts of parts are looked for. */
const maxDepth = 4;

function patternOf(key: string): Pattern {
  const parts = key.split(hole);
  const source = parts.map((part, i) =>
    i % 2 === 1 ? inHole(part) : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  const own = parts.filter((_, i) => i % 2 === 0);
  return {
    key,
    core: own.reduce((longest, part) => (part.length > longest.length ? part : longest), ''),
    expression: new RegExp(`^${source.join('')}$`, 's'),
    names: parts.filter((_, i) => i % 2 === 1),
  };
}

let known: Known | null = null;

function knownTexts(): Known | null {
  const texts = translated(room);
  if (texts === null) return null;
  if (known?.texts !== texts) {
    const keys = Object.keys(texts)
      .filter((key) => hole.test(key))
      .sort((a, b) => fixedLength(b) - fixedLength(a));
    known = {
      texts,
      t: textsOf<Messages>(room, {}),
      patterns: keys.filter(hasWords).map(patternOf),
      joints: keys.filter((key) => !hasWords(key)).map(patternOf),
    };
  }
  return known;
}

/** Put in for this is what somebody has called a thing: no sentence of ours, whatever it says. */
const given = 'name';
/** `limits.cpu: must be more than 0`: the field is for programs, or a header. `Error: …` is a sentence. */
const atField = /^((?:[a-z][\w-]*|\w+-[\w-]+)(?:\.[^\s:]*)*: )(.+)$/s;

/** What is wrong with a field, as the host says it behind the field's name (`must be a number`): a sentence of its own, in the page's language. */
export function hostSentence(english: string): string {
  const said = hostText(english);
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

/**
 * What the host or `shared/` says, in the page's language: a sentence of `host.de.json`, also one with something in it (`must be
 * more than {than}`), whose parts are looked for in the same way, all but a `{name}`; and one behind the field that it is about.
 * Whatever is not known there is given back as it is.
 */
export function hostText(english: string): string {
  const all = knownTexts();
  return all === null ? english : inWords(all, english, maxDepth);
}

function inWords(all: Known, english: string, depth: number): string {
  if (Object.hasOwn(all.texts, english)) return all.t(english);
  if (depth === 0) return english;
  // The field first: a sentence that fits the whole might have little of its own, as `{port} on {address}`.
  return (
    behindField(all, english, depth) ??
    filled(all, all.patterns, english, depth) ??
    filled(all, all.joints, english, depth) ??
    english
  );
}

/** What is said of a field that stands in front of it; null if there is none, or nothing of that is known. */
function behindField(all: Known, english: string, depth: number): string | null {
  const [, field, why] = atField.exec(english) ?? [];
  if (field === undefined || why === undefined) return null;
  const said = inWords(all, why, depth - 1);
  return said === why ? null : field + said;
}

/** The first sentence that fits, with its parts in the page's language; null if none does. */
function filled(all: Known, patterns: readonly Pattern[], english: string, depth: number): string | null {
  for (const { key, core, expression, names } of patterns) {
    const found = english.includes(core) ? expression.exec(english) : null;
    if (!found) continue;
    const said = names.map((name, i) => {
      const part = found[i + 1] ?? '';
      return [name, name === given ? part : inWords(all, part, depth - 1)] as const;
    });
    return all.t(key, Object.fromEntries(said));
  }
  return null;
}
