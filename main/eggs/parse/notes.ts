/** One thing about an egg that was changed, left out or not understood. `kind` is for counting, `text` a line for people. */
export interface EggNote {
  kind: string;
  text: string;
}

/** Most notes that are kept; the rest is counted. */
const maxNotes = 200;
/** Longest quotation of an egg's own text in a note, in characters. */
const maxQuoted = 80;

/** What is told of an egg while it is read. */
export class EggNotes {
  private readonly notes: EggNote[] = [];
  private more = 0;

  add(kind: string, text: string): void {
    if (this.notes.length < maxNotes) this.notes.push({ kind, text });
    else this.more += 1;
  }

  all(): EggNote[] {
    if (this.more === 0) return [...this.notes];
    return [...this.notes, { kind: 'more', text: `There are ${this.more} more notes like these.` }];
  }
}

/** A text of the egg's in a sentence of ours: one line, short, without what would move the cursor or turn the writing around. */
export function quoted(text: string): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  const characters = [...plain.slice(0, maxQuoted * 2)];
  return `“${characters.length > maxQuoted ? `${characters.slice(0, maxQuoted).join('')}…` : plain}”`;
}
