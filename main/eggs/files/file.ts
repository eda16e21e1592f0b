import type { ConfigReplacement } from '../../../shared/model/egg.ts';
import type { Editor } from './contract.ts';
import { linesOf, type TextLine, textOf } from './lines.ts';
import { scalarOf } from './scalar.ts';

/**
 * Lines that begin with a `match` become its value; of several the longest one counts. A value may be several lines: where the others stand behind
 * it already they aren't put there again. Nothing is added where no line begins so.
 */
export const editLines: Editor = (text, replacements) => {
  const rules = replacements
    .filter((rule) => rule.when.length === 0 && rule.value !== null)
    .toSorted((a, b) => b.match.length - a.match.length);
  const lines = linesOf(text);
  const out: TextLine[] = [];
  const changed = new Set<string>();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (!line) break;
    const found = replacementOf(line.text, rules);
    if (!found) {
      out.push(line);
      continue;
    }
    const wanted = found.value.split(/\r?\n/);
    const more = wanted.slice(1);
    const follows = more.every((part, index) => lines[at + 1 + index]?.text === part);
    if (line.text === wanted[0] && follows) {
      out.push(line);
      continue;
    }
    changed.add(found.match);
    const end = more.length > 0 && line.end === '' ? '\n' : line.end;
    for (const [index, part] of wanted.entries())
      out.push({ text: part, end: index === wanted.length - 1 ? line.end : end });
    if (follows) at += more.length;
  }
  return { text: textOf(out), changed: [...changed], problems: [] };
};

/** What a line becomes in the end: what it becomes may begin with another `match`, which would be found the next time. */
function replacementOf(
  line: string,
  rules: readonly ConfigReplacement[],
): { match: string; value: string } | null {
  const used = new Set<ConfigReplacement>();
  let value = line;
  for (;;) {
    const rule = rules.find(({ match }) => value.startsWith(match));
    if (!rule || used.has(rule)) break;
    used.add(rule);
    value = scalarOf(rule.value);
  }
  const [first] = used;
  return first ? { match: first.match, value } : null;
}
