import { byteLength } from '../link/byte-length.ts';

/** Console text at its place in the server's history (X1): bytes `from` up to and without `to`. */
export interface ConsolePiece {
  from: number;
  to: number;
  text: string;
}

export interface ConsoleListener {
  /** Text came behind the last one; `gap` bytes before it are missing. */
  appended(text: string, gap: number): void;
  /** Anything else: older text was loaded, a hole was filled, or all was cleared. `pieces` is the whole truth. */
  rebuilt(): void;
}

/**
 * One server's console as far as this page has it: pieces in order, without overlap; what lies between two is a hole. Bounded: the
 * oldest text goes first, and can be loaded again.
 */
export class ConsoleModel {
  private readonly list: ConsolePiece[] = [];
  private readonly listeners = new Set<ConsoleListener>();
  private readonly maxBytes: number;
  private bytes = 0;

  constructor(maxBytes = 8 * 1024 * 1024) {
    this.maxBytes = maxBytes;
  }

  get pieces(): readonly ConsolePiece[] {
    return this.list;
  }

  /** Offset of the oldest text that is here; null if there is none. */
  get from(): number | null {
    return this.list[0]?.from ?? null;
  }

  get to(): number | null {
    return this.list.at(-1)?.to ?? null;
  }

  listen(listener: ConsoleListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Live text. What is here already is left out. */
  append(from: number, text: string): void {
    const end = this.to;
    if (end !== null && from < end) {
      this.insert({ from, to: from + byteLength(text), text });
      return;
    }
    if (text === '') return;
    const gap = end === null ? 0 : from - end;
    this.add({ from, to: from + byteLength(text), text }, gap);
    for (const listener of this.listeners) listener.appended(text, gap);
  }

  /** A stretch of the history that was asked for: goes where it belongs, filling holes. */
  insert(piece: ConsolePiece): void {
    let changed = false;
    for (const part of this.missingParts(piece)) {
      const index = this.list.findIndex(({ from }) => from >= part.to);
      this.list.splice(index < 0 ? this.list.length : index, 0, part);
      this.bytes += part.to - part.from;
      changed = true;
    }
    if (changed) for (const listener of this.listeners) listener.rebuilt();
  }

  /** Holes between what is here, oldest first. */
  get holes(): { from: number; to: number }[] {
    return this.list.flatMap((piece, index) => {
      const next = this.list[index + 1];
      return next && next.from > piece.to ? [{ from: piece.to, to: next.from }] : [];
    });
  }

  private add(piece: ConsolePiece, gap: number): void {
    const last = this.list.at(-1);
    // Few large pieces instead of many small ones.
    if (last && gap === 0 && last.text.length < 32 * 1024) {
      last.text += piece.text;
      last.to = piece.to;
    } else this.list.push(piece);
    this.bytes += piece.to - piece.from;
    while (this.bytes > this.maxBytes && this.list.length > 1) {
      const oldest = this.list.shift();
      if (oldest) this.bytes -= oldest.to - oldest.from;
    }
  }

  /** The parts of a piece that aren't here yet, cut at characters' borders by walking its text. */
  private missingParts(piece: ConsolePiece): ConsolePiece[] {
    const parts: ConsolePiece[] = [];
    let rest: ConsolePiece | null = piece;
    for (const known of this.list) {
      if (!rest || known.to <= rest.from) continue;
      if (known.from >= rest.to) break;
      if (known.from > rest.from) parts.push(cut(rest, rest.from, known.from));
      rest = known.to < rest.to ? cut(rest, known.to, rest.to) : null;
    }
    if (rest && rest.to > rest.from) parts.push(rest);
    return parts;
  }
}

function cut(piece: ConsolePiece, from: number, to: number): ConsolePiece {
  if (from === piece.from && to === piece.to) return piece;
  const bytes = new TextEncoder().encode(piece.text).subarray(from - piece.from, to - piece.from);
  return { from, to, text: new TextDecoder().decode(bytes) };
}
