import type { ConfigReplacement } from '../../../shared/model/egg.ts';
import { scalarText, type TreeNode } from '../data/tree.ts';
import type { Edited } from './contract.ts';
import { findPlaces, type Place } from './find.ts';
import { stepsOf } from './path.ts';
import { typedValue, type Written, wantedValue } from './wanted.ts';

/** A part of a text and what comes in its place. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** How a format of trees is read and written. */
export interface TreeFormat {
  parse(text: string): TreeNode;
  /** What a single value is written as in place of `node`. */
  replace(text: string, place: Extract<Place, { kind: 'there' }>, written: Written): Edit[];
  /** Makes what is missing. Null: it can't be made there. */
  insert(text: string, place: Extract<Place, { kind: 'missing' }>, written: Written): Edit[] | null;
}

/** Sets places of a text one after the other, each time in what the one before has left. */
export function editTree(
  format: TreeFormat,
  given: string,
  replacements: readonly ConfigReplacement[],
): Edited {
  let text = given;
  let root = format.parse(text);
  const changed: string[] = [];
  const problems: string[] = [];
  for (const replacement of replacements) {
    const steps = stepsOf(replacement.match);
    const places: Place[] = steps
      ? findPlaces(root, steps)
      : [{ kind: 'problem', problem: 'it is too deep' }];
    const edits: Edit[] = [];
    for (const place of places) {
      const made = editsFor(format, text, place, replacement);
      if (typeof made === 'string') problems.push(`${replacement.match}: ${made}`);
      else edits.push(...made);
    }
    if (edits.length === 0) continue;
    text = applyEdits(text, edits);
    root = format.parse(text);
    changed.push(replacement.match);
  }
  return { text, changed, problems };
}

/** The edits, or why there are none. */
function editsFor(
  format: TreeFormat,
  text: string,
  place: Place,
  replacement: ConfigReplacement,
): Edit[] | string {
  if (place.kind === 'problem') return replacement.when.length > 0 ? [] : place.problem;
  if (place.kind === 'missing') {
    const wanted = wantedValue(replacement, undefined);
    if (wanted === undefined) return [];
    return format.insert(text, place, typedValue(wanted, undefined)) ?? 'it can’t be made there';
  }
  const { node } = place;
  const wanted = wantedValue(replacement, scalarText(node));
  if (wanted === undefined) return [];
  if (node.kind === 'opaque' || hasChildren(node))
    return `there is ${node.kind === 'opaque' ? 'a reference' : node.kind === 'list' ? 'a list' : 'a map'} in its place`;
  const written = typedValue(wanted, node.kind);
  const isSame =
    scalarText(node) === written.text &&
    (node.kind === 'text') === (written.kind === 'text') &&
    node.kind !== 'null';
  return isSame ? [] : format.replace(text, place, written);
}

const hasChildren = (node: TreeNode): boolean =>
  (node.kind === 'map' && node.entries.length > 0) || (node.kind === 'list' && node.items.length > 0);

function applyEdits(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text: by } of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, start), by);
    at = end;
  }
  return parts.join('') + text.slice(at);
}

/** Blanks as wide as what stands in front of an offset in its line. */
export function indentOf(text: string, offset: number): string {
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).replace(/[^\t]/g, ' ');
}

/** The line break of a text: as its first one. */
export const breakOf = (text: string): string => /\r?\n/.exec(text)?.[0] ?? '\n';
