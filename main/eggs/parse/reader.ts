import { LightdeckError } from '../../../shared/errors.ts';
import { child, scalarText, type TreeNode } from '../data/tree.ts';
import { type EggNotes, quoted } from './notes.ts';

/** Throws that the egg can't be taken, and why. */
export function refuseEgg(reason: string): never {
  throw new LightdeckError('invalid', `This egg can't be imported: ${reason}`);
}

/** Whether an egg says nothing there: panels write any of these for that. */
export function isBlank(node: TreeNode | undefined): boolean {
  switch (node?.kind) {
    case undefined:
    case 'null':
      return true;
    case 'text':
      return node.text.trim() === '';
    case 'list':
      return node.items.length === 0;
    case 'map':
      return node.entries.length === 0;
    default:
      return false;
  }
}

/** Texts of an egg, held to their bounds. `what` names the field in notes. */
export class FieldReader {
  readonly notes: EggNotes;

  constructor(notes: EggNotes) {
    this.notes = notes;
  }

  /** One text with its line breaks, '' where there is none; cut at `max` characters, without NUL. */
  text(node: TreeNode | undefined, what: string, max: number): string {
    const found = scalarText(node);
    if (found === undefined) {
      if (!isBlank(node)) this.notes.add('not a text', `${what} is no text and was left out.`);
      return '';
    }
    const clean = found.replaceAll('\0', '');
    if (clean !== found) this.notes.add('NUL', `${what} had NUL characters, which were taken out.`);
    if (clean.length <= max) return clean;
    this.notes.add('too long', `${what} was cut at ${max} characters.`);
    return clean.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
  }

  /** The same in one line, without blanks at its ends. */
  line(node: TreeNode | undefined, what: string, max: number): string {
    return this.text(node, what, max)
      .replace(/\p{Cc}+/gu, ' ')
      .trim();
  }

  /** Null where there is none. */
  lineOrNull(node: TreeNode | undefined, what: string, max: number): string | null {
    return this.line(node, what, max) || null;
  }

  /** A list of lines, also where it is a map of them; empty ones are left out. */
  lines(node: TreeNode | undefined, what: string, { most, max }: { most: number; max: number }): string[] {
    const found = this.items(node, what, most).map((item) => this.line(item, `An entry of ${what}`, max));
    return [...new Set(found.filter((line) => line !== ''))];
  }

  /** The entries of a list or the values of a map, no more than `most`. */
  items(node: TreeNode | undefined, what: string, most: number): TreeNode[] {
    if (isBlank(node)) return [];
    const all =
      node?.kind === 'list'
        ? node.items
        : node?.kind === 'map'
          ? node.entries.map((entry) => entry.node)
          : null;
    if (all === null) {
      this.notes.add('not a list', `${what} is no list and was left out.`);
      return [];
    }
    if (all.length > most)
      this.notes.add('too many', `${what} has ${all.length} entries; only the first ${most} were taken.`);
    return all.slice(0, most);
  }

  /** `true`, 1 and the like; `missing` where nothing is said. */
  flag(node: TreeNode | undefined, missing: boolean): boolean {
    if (isBlank(node)) return missing;
    return !['false', '0', 'no', ''].includes((scalarText(node) ?? '').toLowerCase());
  }

  /** A note for each field of a map that is none of these. */
  unknown(node: TreeNode | undefined, where: string, known: readonly string[]): void {
    if (node?.kind !== 'map') return;
    const names = new Set(node.entries.map(({ key }) => key));
    for (const name of names) {
      if (!known.includes(name) && !isBlank(child(node, name)))
        this.notes.add('unknown field', `${where}${quoted(name)} is not known and was left out.`);
    }
  }
}
