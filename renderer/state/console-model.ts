import { byteLength } from '../../client/byte-length.ts';

/** Console text at its place in the server's history (X1): bytes `from` up to and without `to`. */
export interface ConsolePiece {
  from: number;
  to: number;
  text: string;
}

/** Text that came behind the last one. */
export interface Appended {
  from: number;
  text: string;
  /** Bytes before it that are missing. */
  gap: number;
  /** Whether a new piece begins with it; else it went to the end of the last one. */
  startsPiece: boolean;
}

interface ConsoleListener {
  /** Also for text that isn't kept, because the model is detached. */
  appended(appended: Appended): void;
  /** Anything else: text was loaded, a hole was filled, or all was cleared. `pieces` is the whole truth. */
  rebuilt(): void;
}

/** A piece is made no longer than this, in characters, so that trimming takes little at a time. */
const pieceLength = 32 * 1024;

/**
 * One server's console as far as this page has it: pieces in order, without overlap; what lies between two is a hole.
 * Bounded. While live the oldest text goes first. Who reads far back pushes out the newest instead: then the model is
 * *detached*, live text is only counted, until text up to the end was loaded, or `attach`.
 */
export class ConsoleModel {
  private list: ConsolePiece[] = [];
  private readonly listeners = new Set<ConsoleListener>();
  private readonly maxBytes: number;
  private bytes = 0;
  private detachedEnd: number | null = null;
  /** While somebody reads far from the end: live text then pushes out itself, not what is read. */
  keepsOldest = false;

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

  /** Whether the newest text was pushed out by old one. */
  get isDetached(): boolean {
    return this.detachedEnd !== null;
  }

  /** Where the server's console ends, as far as is known. */
  get end(): number {
    return Math.max(this.to ?? 0, this.detachedEnd ?? 0);
  }

  listen(listener: ConsoleListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Live text. What is here already is left out. */
  append(from: number, text: string): void {
    const to = from + byteLength(text);
    if (this.detachedEnd !== null) {
      this.detachedEnd = Math.max(this.detachedEnd, to);
      this.tell({ from, text, gap: 0, startsPiece: false });
      return;
    }
    const end = this.to;
    if (end !== null && from < end) {
      this.insert({ from, to, text });
      return;
    }
    if (text === '') return;
    const gap = end === null ? 0 : from - end;
    const startsPiece = this.push({ from, to, text }, gap);
    if (this.keepsOldest) this.trimNewest();
    else this.trimOldest();
    this.tell({ from, text, gap, startsPiece });
  }

  private tell(appended: Appended): void {
    for (const listener of this.listeners) listener.appended(appended);
  }

  /** A stretch of the history that was asked for: goes where it belongs, filling holes. */
  insert(piece: ConsolePiece): void {
    const wasFirst = this.from ?? Number.POSITIVE_INFINITY;
    const parts = this.missingParts(piece);
    for (const part of parts) {
      const index = this.list.findIndex(({ from }) => from >= part.to);
      this.list.splice(index < 0 ? this.list.length : index, 0, ...split(part));
      this.bytes += part.to - part.from;
    }
    if (parts.length === 0) return;
    if (piece.from < wasFirst) this.trimNewest();
    else this.trimOldest();
    if (this.detachedEnd !== null && (this.to ?? 0) >= this.detachedEnd) this.detachedEnd = null;
    for (const listener of this.listeners) listener.rebuilt();
  }

  /** Forgets all but a stretch of the history, which may lie anywhere. */
  show(piece: ConsolePiece): void {
    const { end } = this;
    this.list = split(piece);
    this.bytes = piece.to - piece.from;
    this.detachedEnd = piece.to < end ? end : null;
    for (const listener of this.listeners) listener.rebuilt();
  }

  /** Whether the byte at an offset is here. */
  has(offset: number): boolean {
    return this.list.some(({ from, to }) => from <= offset && offset < to);
  }

  /** Line ends from one offset to another one; null if not all of that text is here. */
  linesBetween(from: number, to: number): number | null {
    let at = from;
    let lines = 0;
    for (const piece of this.list) {
      if (at >= to) break;
      if (piece.to <= at) continue;
      if (piece.from > at) return null;
      const end = Math.min(piece.to, to);
      lines += cut(piece, at, end).text.split('\n').length - 1;
      at = end;
    }
    return at >= to ? lines : null;
  }

  /** Forgets all, so that the newest text can be asked for again. */
  attach(): void {
    this.list = [];
    this.bytes = 0;
    this.detachedEnd = null;
    for (const listener of this.listeners) listener.rebuilt();
  }

  /** Holes between what is here, oldest first. */
  get holes(): { from: number; to: number }[] {
    return this.list.flatMap((piece, index) => {
      const next = this.list[index + 1];
      return next && next.from > piece.to ? [{ from: piece.to, to: next.from }] : [];
    });
  }

  /** Whether a new piece was begun. */
  private push(piece: ConsolePiece, gap: number): boolean {
    this.bytes += piece.to - piece.from;
    const last = this.list.at(-1);
    if (last && gap === 0 && last.text.length + piece.text.length <= pieceLength) {
      this.list[this.list.length - 1] = { from: last.from, to: piece.to, text: last.text + piece.text };
      return false;
    }
    this.list.push(...split(piece));
    return true;
  }

  private trimOldest(): void {
    while (this.bytes > this.maxBytes && this.list.length > 1) this.drop(this.list.shift());
  }

  private trimNewest(): void {
    const end = this.end;
    while (this.bytes > this.maxBytes && this.list.length > 1) {
      this.drop(this.list.pop());
      this.detachedEnd = end;
    }
  }

  private drop(piece: ConsolePiece | undefined): void {
    if (piece) this.bytes -= piece.to - piece.from;
  }

  /** The parts of a piece that aren't here yet. */
  private missingParts(piece: ConsolePiece): ConsolePiece[] {
    const parts: ConsolePiece[] = [];
    let rest: ConsolePiece | null = piece.to > piece.from ? piece : null;
    for (const known of this.list) {
      if (!rest || known.to <= rest.from) continue;
      if (known.from >= rest.to) break;
      if (known.from > rest.from) parts.push(cut(rest, rest.from, known.from));
      rest = known.to < rest.to ? cut(rest, Math.max(known.to, rest.from), rest.to) : null;
    }
    if (rest) parts.push(rest);
    return parts;
  }
}

function cut(piece: ConsolePiece, from: number, to: number): ConsolePiece {
  if (from === piece.from && to === piece.to) return piece;
  const bytes = new TextEncoder().encode(piece.text).subarray(from - piece.from, to - piece.from);
  return { from, to, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
}

/** Pieces of a bounded length, none of them ending inside a character. */
function split(piece: ConsolePiece): ConsolePiece[] {
  const parts: ConsolePiece[] = [];
  let { from, text } = piece;
  while (text.length > pieceLength) {
    const last = text.charCodeAt(pieceLength - 1);
    const length = last >= 0xd800 && last <= 0xdbff ? pieceLength - 1 : pieceLength;
    const part = text.slice(0, length);
    const to = from + byteLength(part);
    parts.push({ from, to, text: part });
    from = to;
    text = text.slice(length);
  }
  parts.push({ from, to: piece.to, text });
  return parts;
}
