import { type Messages, textsOf, translated } from './messages.ts';

/** Where the translations stand: `host.de.json` here, by what the host and `shared/` say in English. */
const room = 'host';

interface Pattern {
  key: string;
  expression: RegExp;
  names: string[];
}

interface Known {
  texts: Messages;
  t: ReturnType<typeof textsOf<Messages>>;
  /** Sentences with something in them; those with the most words of their own first, since short ones are found in much. */
  patterns: Pattern[];
}

const hole = /\{(\w+)\}/;
/** `{count}` stands for a number alone; any other name for whatever is there. */
const inHole = (name: string): string => (name === 'count' ? '(\\d[\\d.,]*)' : '(.+?)');
const fixedLength = (key: string): number => key.replaceAll(/\{\w+\}/g, '').length;
/** How deep parts of parts are looked for. */
const maxDepth = 4;

function patternOf(key: string): Pattern {
  const parts = key.split(hole);
  const source = parts.map((part, i) =>
    i % 2 === 1 ? inHole(part) : part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'),
  );
  return {
    key,
    expression: new RegExp(`^${source.join('')}$`, 's'),
    names: parts.filter((_, i) => i % 2 === 1),
  };
}

let known: Known | null = null;

function knownTexts(): Known | null {
  const texts = translated(room);
  if (texts === null) return null;
  if (known?.texts !== texts)
    known = {
      texts,
      t: textsOf<Messages>(room, {}),
      patterns: Object.keys(texts)
        .filter((key) => hole.test(key))
        .sort((a, b) => fixedLength(b) - fixedLength(a))
        .map(patternOf),
    };
  return known;
}

/** Put in for this is what somebody has called a thing: no sentence of ours, whatever it says. */
const given = 'name';
/** `limits.cpu: must be more than 0`: the field is for programs. */
const atField = /^([\w-]+(?:\.[^\s:]*)*: )(.+)$/s;

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
  for (const { key, expression, names } of all.patterns) {
    const found = expression.exec(english);
    if (!found) continue;
    const said = names.map((name, i) => {
      const part = found[i + 1] ?? '';
      return [name, name === given ? part : inWords(all, part, depth - 1)] as const;
    });
    return all.t(key, Object.fromEntries(said));
  }
  const [, field, why] = atField.exec(english) ?? [];
  return field === undefined || why === undefined ? english : field + inWords(all, why, depth - 1);
}
