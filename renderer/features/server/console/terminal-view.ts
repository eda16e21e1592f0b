import { FitAddon } from '@xterm/addon-fit';
import type { ITheme, Terminal } from '@xterm/xterm';
import type { Appended, ConsoleModel } from '../../../state/console-model.ts';
import { bytes } from '../../../ui/format.ts';
import { type PieceRange, windowAround, windowAtEnd } from './console-window.ts';
import { makeTerminal } from './make-terminal.ts';
import { TerminalHighlight } from './terminal-highlight.ts';
import { type Anchor, TerminalMarks } from './terminal-marks.ts';
import { matchesInLine, rowOfLine } from './terminal-text.ts';

/** What the page shows around the terminal. */
export interface TerminalState {
  /** Lines that came while the newest ones weren't in view. */
  newLines: number;
  isAtEnd: boolean;
}

export interface TerminalViewOptions {
  element: HTMLElement;
  model: ConsoleModel;
  theme: ITheme;
  onState: (state: TerminalState) => void;
  hasOlder: () => boolean;
  /** Brings older text into the model, because somebody scrolls up to its beginning. False if there is none. */
  loadOlder: () => Promise<boolean>;
  /** The same for the text behind the model's, while it is detached. */
  loadNewer: () => Promise<boolean>;
  onOpenLink: (url: string) => void;
}

/** Rows that the terminal keeps. Without wrapping its rows are wide, so there are fewer. */
const scrollback = { wrapped: 20_000, wide: 8_000 };
/** Rows that are left for live text when the terminal is written anew. */
const spareRows = 4_000;
/** Rows that come into view at once when somebody scrolls to an end of what the terminal has. */
const stepRows = 6_000;
/** Columns without wrapping: longer lines are wrapped all the same. */
const wideColumns = 400;
/** What may wait for the next frame, in characters; beyond it all is written anew from the model. */
const maxQueued = 1024 * 1024;
/** Rows from an end of the terminal's text at which what lies behind is asked for. */
const nearEdge = 3;
/** Wait after a load that failed, in ms. */
const retryMs = 3_000;

const gapLine = (size: number): string =>
  `\r\n\x1b[0;2;3m── ${size > 0 ? bytes(size) : 'some text'} of the console is not loaded ──\x1b[0m\r\n`;

const linesIn = (text: string): number => text.split('\n').length - 1;

/**
 * A terminal that shows a stretch of a ConsoleModel, its *window*: one write a frame, however much comes. While the window
 * *follows*, its end is the live end. Scrolling to an end of the window moves it; what is in view stays where it is, and so does the selection.
 */
export class TerminalView {
  private readonly terminal: Terminal;
  private readonly marks: TerminalMarks;
  private readonly highlight: TerminalHighlight;
  private readonly fit = new FitAddon();
  private readonly options: TerminalViewOptions;
  private readonly undos: (() => void)[] = [];
  private queue: Appended[] = [];
  private queued = 0;
  private follows = true;
  /** Where the window ends in the history. */
  private shownTo = 0;
  private mustRewrite = true;
  private isWriting = false;
  private isMoving = false;
  private quietUntil = 0;
  private frame: number | null = null;
  private newLines = 0;
  private wrap = true;
  private disposed = false;

  constructor(options: TerminalViewOptions) {
    this.options = options;
    this.terminal = makeTerminal({ ...options, scrollback: scrollback.wrapped });
    this.terminal.loadAddon(this.fit);
    this.marks = new TerminalMarks(this.terminal);
    this.highlight = new TerminalHighlight(this.terminal);
    this.listen();
    this.resize();
    this.schedule();
  }

  private listen(): void {
    const { model, element } = this.options;
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(element);
    const onWheel = ({ deltaY }: WheelEvent): void => {
      // After a clear there is nothing to scroll, and all to bring back.
      if (deltaY < 0 && this.terminal.buffer.active.baseY === 0) void this.moveOlder();
    };
    element.addEventListener('wheel', onWheel, { passive: true });
    const rendered = this.terminal.onRender(() => this.moved());
    this.undos.push(
      model.listen({ appended: (text) => this.append(text), rebuilt: () => this.rewriteSoon() }),
      () => observer.disconnect(),
      () => element.removeEventListener('wheel', onWheel),
      () => rendered.dispose(),
    );
  }

  /** Whether the newest text is in view. */
  get isAtEnd(): boolean {
    const { active } = this.terminal.buffer;
    return this.follows && active.viewportY >= active.baseY;
  }

  get selection(): string {
    return this.terminal.getSelection();
  }

  /** About where the text in view begins, as an offset of the history. */
  get topOffset(): number {
    return this.marks.anchorOf(this.terminal.buffer.active.viewportY)?.offset ?? this.shownTo;
  }

  setTheme(theme: ITheme): void {
    this.terminal.options.theme = theme;
  }

  setWrap(wrap: boolean): void {
    if (wrap === this.wrap) return;
    this.wrap = wrap;
    this.terminal.options.scrollback = wrap ? scrollback.wrapped : scrollback.wide;
    this.resize();
    this.rewriteSoon();
  }

  /** Colours a text wherever it is in view; empty: nothing. */
  setHighlight(text: string): void {
    this.highlight.show(text);
    if (text === '') this.terminal.clearSelection();
  }

  toEnd(): void {
    if (this.follows) this.terminal.scrollToBottom();
    else
      this.rewrite(
        () => this.windowAtEnd(),
        () => this.terminal.scrollToBottom(),
      );
    this.moved();
  }

  /** For a model whose newest text is on its way. */
  followAgain(): void {
    this.follow(true);
    this.newLines = 0;
    this.rewrite(
      () => this.windowAtEnd(),
      () => this.terminal.scrollToBottom(),
    );
  }

  /** The beginning of the model's text. */
  toStart(): void {
    this.rewrite(
      () => this.windowFrom(0, 0),
      () => this.terminal.scrollToTop(),
    );
  }

  /** Brings the line that begins at an offset into view, which is in the model, and selects the text in it. */
  reveal(offset: number, text: string): void {
    const go = (): void => this.goTo(offset, text.toLowerCase());
    const { first } = this.marks;
    if (!this.isWriting && first !== null && offset >= first && offset < this.shownTo) go();
    else this.rewrite(() => this.windowFrom(this.pieceAt(offset), stepRows), go);
  }

  /** Empties the view; the history stays, and comes back by scrolling up or with a new page. */
  clear(): void {
    this.terminal.write('', () => {
      this.terminal.clear();
      this.marks.clear();
      this.moved();
    });
  }

  dispose(): void {
    this.disposed = true;
    this.options.model.keepsOldest = false;
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    for (const undo of this.undos) undo();
    this.highlight.dispose();
    this.terminal.dispose();
  }

  private append(appended: Appended): void {
    if (!this.follows) {
      this.newLines += linesIn(appended.text);
      this.schedule();
      return;
    }
    this.queue.push(appended);
    this.queued += appended.text.length;
    // A hidden page gets no frames: what it missed is written anew from the model, which has a bound.
    if (this.queued > maxQueued) {
      this.forgetQueue();
      this.mustRewrite = true;
    }
    this.schedule();
  }

  private follow(follows: boolean): void {
    this.follows = follows;
    this.options.model.keepsOldest = !follows;
  }

  private forgetQueue(): void {
    this.queue = [];
    this.queued = 0;
  }

  private rewriteSoon(): void {
    this.mustRewrite = true;
    this.schedule();
  }

  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.flush();
    });
  }

  private flush(): void {
    if (this.isWriting || this.isMoving) return;
    if (this.mustRewrite) {
      this.rewrite(() => (this.follows ? this.windowAtEnd() : this.sameWindow()));
      return;
    }
    const { queue } = this;
    this.forgetQueue();
    if (!this.isAtEnd) for (const { text } of queue) this.newLines += linesIn(text);
    // What is read must not be pushed out by what comes: from here on live text is only counted.
    if (!this.isAtEnd && this.terminal.buffer.active.length > this.maxRows + spareRows / 2)
      this.follow(false);
    else if (queue.length > 0) this.writeQueue(queue);
    this.moved();
  }

  private writeQueue(queue: readonly Appended[]): void {
    let text = '';
    for (const appended of queue) {
      if (appended.startsPiece) {
        if (appended.gap > 0) text += gapLine(appended.gap);
        this.terminal.write(text, () => this.marks.add(appended.from));
        text = '';
      }
      text += appended.text;
    }
    this.terminal.write(text, () => this.moved());
    this.shownTo = this.options.model.to ?? 0;
  }

  /** Rows that a window may have. */
  private get maxRows(): number {
    return (this.wrap ? scrollback.wrapped : scrollback.wide) - spareRows;
  }

  private windowAtEnd(): PieceRange {
    return windowAtEnd(this.options.model.pieces, { rows: this.maxRows, columns: this.terminal.cols });
  }

  private windowFrom(index: number, older: number): PieceRange {
    return windowAround(this.options.model.pieces, index, {
      older,
      newer: this.maxRows - older,
      columns: this.terminal.cols,
    });
  }

  private sameWindow(): PieceRange {
    return this.windowFrom(this.firstShown(), 0);
  }

  private pieceAt(offset: number): number {
    const { pieces } = this.options.model;
    const index = pieces.findIndex(({ to }) => to > offset);
    return index < 0 ? Math.max(0, pieces.length - 1) : index;
  }

  /** Index of the first piece that the terminal has from its beginning. */
  private firstShown(): number {
    const { pieces } = this.options.model;
    const { first } = this.marks;
    const index = pieces.findIndex(({ from }) => from >= (first ?? this.shownTo));
    return index < 0 ? Math.max(0, pieces.length - 1) : index;
  }

  /** Writes all anew once what was written before is through; then goes to `place`, or to where the view was. */
  private rewrite(choose: () => PieceRange, place?: () => void): void {
    this.isWriting = true;
    this.terminal.write('', () => {
      if (this.disposed) return;
      const back = this.rememberView();
      this.writePieces(choose());
      this.terminal.write('', () => {
        this.isWriting = false;
        back();
        place?.();
        this.moved();
        this.schedule();
      });
    });
  }

  private writePieces({ first, end }: PieceRange): void {
    const { pieces, isDetached } = this.options.model;
    this.mustRewrite = false;
    this.forgetQueue();
    this.follow(end === pieces.length && !isDetached);
    this.shownTo = pieces[end - 1]?.to ?? 0;
    this.terminal.reset();
    this.marks.clear();
    let last: number | null = null;
    for (const { from, to, text } of pieces.slice(first, end)) {
      this.terminal.write(last !== null && from > last ? gapLine(from - last) : '', () =>
        this.marks.add(from),
      );
      this.terminal.write(text);
      last = to;
    }
  }

  /** What is in view and what is selected, by the text; the result brings both back. */
  private rememberView(): () => void {
    const { active } = this.terminal.buffer;
    const top = this.isAtEnd ? null : this.marks.anchorOf(active.viewportY);
    const selected = this.terminal.getSelectionPosition();
    const start = selected ? this.marks.anchorOf(selected.start.y) : null;
    const { cols } = this.terminal;
    return () => {
      this.scrollTo(top);
      const row = start ? this.marks.rowOf(start) : null;
      if (!selected || row === null || row < 0 || cols !== this.terminal.cols) return;
      const { start: from, end: to } = selected;
      this.terminal.select(from.x, row, (to.y - from.y) * cols + to.x - from.x);
    };
  }

  private scrollTo(anchor: Anchor | null): void {
    const row = anchor ? this.marks.rowOf(anchor) : null;
    if (row !== null) this.terminal.scrollToLine(Math.max(0, row));
  }

  private goTo(offset: number, wanted: string): void {
    const mark = this.marks.before(offset);
    const lines = mark ? this.options.model.linesBetween(mark.offset, offset) : null;
    if (!mark || lines === null) return;
    const row = rowOfLine(this.terminal, mark.row, lines);
    const match = matchesInLine(this.terminal, row, wanted)[0];
    this.terminal.scrollToLine(Math.max(0, (match?.row ?? row) - Math.floor(this.terminal.rows / 2)));
    if (match) this.terminal.select(match.column, match.row, match.cells);
    this.moved();
  }

  private moved(): void {
    if (this.disposed) return;
    const { isAtEnd } = this;
    if (isAtEnd) this.newLines = 0;
    this.options.onState({ newLines: this.newLines, isAtEnd });
    const { baseY, viewportY } = this.terminal.buffer.active;
    if (baseY > 0 && viewportY <= nearEdge) void this.moveOlder();
    else if (!this.follows && viewportY >= baseY - nearEdge) void this.moveNewer();
  }

  private moveOlder(): Promise<void> {
    return this.move(
      () => this.firstShown() > 0 || this.options.hasOlder(),
      async () => {
        if (this.firstShown() === 0 && !(await this.options.loadOlder())) return null;
        return () => this.windowFrom(this.firstShown(), stepRows);
      },
    );
  }

  private moveNewer(): Promise<void> {
    const { model } = this.options;
    const isLast = (): boolean => (model.to ?? 0) <= this.shownTo;
    return this.move(
      () => !this.follows,
      async () => {
        if (isLast() && model.isDetached) await this.options.loadNewer();
        if (isLast() && !model.isDetached) {
          this.follow(true);
          return null;
        }
        return () => this.windowFrom(this.pieceAt(this.shownTo), this.maxRows - stepRows);
      },
    );
  }

  /** One at a time, and not again at once after a failure: the link's state is told at the top of the page. */
  private async move(
    isUseful: () => boolean,
    prepare: () => Promise<(() => PieceRange) | null>,
  ): Promise<void> {
    if (this.isMoving || this.isWriting || Date.now() < this.quietUntil || !isUseful()) return;
    this.isMoving = true;
    try {
      const choose = await prepare();
      if (choose && !this.disposed) this.rewrite(choose);
    } catch {
      this.quietUntil = Date.now() + retryMs;
    } finally {
      this.isMoving = false;
      this.schedule();
    }
  }

  private resize(): void {
    const wanted = this.fit.proposeDimensions();
    if (!wanted || Number.isNaN(wanted.cols) || Number.isNaN(wanted.rows)) return;
    const columns = this.wrap ? Math.max(20, wanted.cols) : wideColumns;
    const rows = Math.max(4, wanted.rows);
    if (columns !== this.terminal.cols || rows !== this.terminal.rows) this.terminal.resize(columns, rows);
  }
}
