/** Where in the engine's log an entry lies: its time, and how many text bytes of each stream came before it in that container's log. */
export interface LogAnchor {
  time: string;
  stdout: number;
  stderr: number;
}

/**
 * How much of a container's output the history holds, in bytes of normalised text per stream, counted from the
 * beginning of that container's log. Written with the text, so that after a crash both agree.
 */
export interface Consumed {
  container: string | null;
  stdout: number;
  stderr: number;
}

/**
 * One server's console on disk: UTF-8 text addressed by offset (X1), counted in bytes from the server's creation.
 * Appends are taken at once, and written behind in order; reads see them at once. Only whole characters are appended.
 */
export interface ConsoleHistory {
  /** Oldest offset that can still be read. */
  readonly from: number;
  /** Offset after the last byte appended (written or not). */
  readonly end: number;
  /** What the last append said, or what was found on disk. */
  readonly consumed: Consumed;
  readonly anchor: LogAnchor | null;
  /** Takes (and copies) `text` at offset `end` (which it returns, as it was before). */
  append(text: Buffer, consumed: Consumed): number;
  /** Records progress that brought no text: a new container (counts 0), or an anchor. */
  mark(consumed: Consumed, anchor: LogAnchor | null): void;
  /**
   * The first stretch of text at or after `from`, at most `max` bytes, cut at a character's border. Where the text at
   * `from` is gone (trimmed, or lost to a full disk) the returned `from` is later than asked: that is the gap. Empty data at the end.
   */
  read(from: number, max: number): Promise<{ from: number; data: Buffer }>;
  /** The last `lines` lines that end at or before `before` (default: the end), at most `maxBytes`; a last line without newline counts as one. */
  lastLines(
    lines: number,
    options?: { before?: number | undefined; maxBytes?: number },
  ): Promise<{ from: number; to: number; data: Buffer }>;
  /** The last `max` bytes or fewer, from memory or disk. */
  tail(max: number): Promise<Buffer>;
  /** Resolves when all that was appended is with the operating system. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
