import { FitAddon } from '@xterm/addon-fit';
import type { ITheme, Terminal } from '@xterm/xterm';
import type { Appended, ConsoleModel } from '../../../state/console-model.ts';
import type { PieceRange } from './console-window.ts';
import { makeTerminal } from './make-terminal.ts';
import type { RunBorder } from './run-borders.ts';
import { ScrollPolicy, stepRows } from './scroll-policy.ts';
import { TerminalBorders } from './terminal-borders.ts';
import { TerminalHighlight } from './terminal-highlight.ts';
import { matchesInLine, rowOfLine } from './terminal-text.ts';
import { TerminalWindow } from './terminal-window.ts';

/** What the page shows around the terminal. */
export interface TerminalState {
  /** Lines that came while the newest ones weren't in view. */
  newLines: number;
  isAtEnd: boolean;
}

interface TerminalViewOptions {
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
/** Columns without wrapping: longer lines are wrapped all the same. */
const wideColumns = 400;
/** What may wait for the next frame, in characters; beyond it all is written anew from the model. */
const maxQueued = 1024 * 1024;

const linesIn = (text: string): number => text.split('\n').length - 1;

/**
 * A terminal that shows a window of a ConsoleModel: one write a frame, however much comes. Scrolling to an end of the window
 * moves it. While somebody reads far from the live end, what comes is only counted.
 */
export class TerminalView {
  private readonly terminal: Terminal;
  private readonly window: TerminalWindow;
  private readonly highlight: TerminalHighlight;
  private readonly borders: TerminalBorders;
  private readonly scroll: ScrollPolicy;
  private readonly fit = new FitAddon();
  private readonly options: TerminalViewOptions;
  private readonly disposers: (() => void)[] = [];
  private queue: Appended[] = [];
  private queued = 0;
  private mustRewrite = true;
  private frame: number | null = null;
  private newLines = 0;
  private wrap = true;
  private disposed = false;

  constructor(options: TerminalViewOptions) {
    this.options = options;
    this.terminal = makeTerminal({
      ...options,
      scrollback: scrollback.wrapped,
      onRedrawn: () => !this.disposed && this.resize(),
    });
    this.terminal.loadAddon(this.fit);
    this.window = new TerminalWindow({
      terminal: this.terminal,
      model: options.model,
      maxRows: () => this.maxRows,
    });
    this.highlight = new TerminalHighlight(this.terminal);
    this.borders = new TerminalBorders({ ...options, terminal: this.terminal, window: this.window });
    this.scroll = new ScrollPolicy({
      ...options,
      terminal: this.terminal,
      window: this.window,
      maxRows: () => this.maxRows,
      rewrite: (choose) => this.rewrite(choose),
      onMoved: () => this.schedule(),
    });
    this.listen();
    this.resize();
    this.schedule();
  }

  private listen(): void {
    const { model, element } = this.options;
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(element);
    const onWheel = ({ deltaY }: WheelEvent): void => {
      if (deltaY < 0) this.scroll.wheeledUp();
    };
    const onPointerDown = (): void => this.window.forgetSelection();
    element.addEventListener('wheel', onWheel, { passive: true });
    element.addEventListener('pointerdown', onPointerDown);
    const rendered = this.terminal.onRender(() => this.moved());
    this.disposers.push(
      model.listen({ appended: (text) => this.append(text), rebuilt: () => this.rewriteSoon() }),
      () => observer.disconnect(),
      () => element.removeEventListener('wheel', onWheel),
      () => element.removeEventListener('pointerdown', onPointerDown),
      () => rendered.dispose(),
    );
  }

  get selection(): string {
    return this.window.selection;
  }

  /** About where the text in view begins, as an offset of the history. */
  get topOffset(): number {
    const { marks, shownTo } = this.window;
    return marks.anchorOf(this.terminal.buffer.active.viewportY)?.offset ?? shownTo;
  }

  /** Whether the text is also kept as a page's text, which screen readers can read. */
  setReadable(isReadable: boolean): void {
    this.terminal.options.screenReaderMode = isReadable;
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

  /** Where runs begin and end: drawn across the text, not part of it. */
  setBorders(borders: readonly RunBorder[]): void {
    this.borders.show(borders);
  }

  toEnd(): void {
    if (this.window.follows) this.terminal.scrollToBottom();
    else
      this.rewrite(
        () => this.window.atEnd(),
        () => this.terminal.scrollToBottom(),
      );
    this.moved();
  }

  /** For a model whose newest text is on its way. */
  followAgain(): void {
    this.window.follow(true);
    this.newLines = 0;
    this.rewrite(
      () => this.window.atEnd(),
      () => this.terminal.scrollToBottom(),
    );
  }

  /** The beginning of the model's text. */
  toStart(): void {
    this.rewrite(
      () => this.window.around(0, 0),
      () => this.terminal.scrollToTop(),
    );
  }

  /** Brings the line that begins at an offset into view, which is in the model, and selects the text in it (empty: nothing). */
  reveal(offset: number, text: string): void {
    const go = (): void => this.goTo(offset, text.toLowerCase());
    const { window } = this;
    const { first } = window.marks;
    if (!window.isWriting && first !== null && offset >= first && offset < window.shownTo) go();
    else this.rewrite(() => window.around(window.pieceAt(offset), stepRows), go);
  }

  /** Empties the view; the history stays, and comes back by scrolling up or with a new page. */
  clear(): void {
    this.window.clear(() => this.moved());
  }

  dispose(): void {
    this.disposed = true;
    this.scroll.close();
    this.window.close();
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    for (const dispose of this.disposers) dispose();
    this.highlight.dispose();
    this.borders.clear();
    this.terminal.dispose();
  }

  private append(appended: Appended): void {
    if (!this.window.follows) {
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
    const { window } = this;
    if (window.isWriting || this.scroll.isMoving) return;
    if (this.mustRewrite) {
      this.rewrite(() => (window.follows ? window.atEnd() : window.around(window.firstShown, 0)));
      return;
    }
    const { queue } = this;
    this.forgetQueue();
    if (!window.isAtEnd) for (const { text } of queue) this.newLines += linesIn(text);
    // What is read must not be pushed out by what comes: from here on live text is only counted.
    if (!window.isAtEnd && this.terminal.buffer.active.length > this.maxRows + spareRows / 2)
      window.follow(false);
    else if (queue.length > 0) window.append(queue, () => this.moved());
    this.moved();
  }

  /** Rows that a window may have. */
  private get maxRows(): number {
    return (this.wrap ? scrollback.wrapped : scrollback.wide) - spareRows;
  }

  /** Writes another window; then goes to `place`, or stays where the view was. */
  private rewrite(choose: () => PieceRange, place?: () => void): void {
    this.window.rewrite({
      choose,
      begun: () => {
        this.mustRewrite = false;
        this.forgetQueue();
      },
      done: () => {
        place?.();
        this.moved();
        this.schedule();
      },
    });
  }

  private goTo(offset: number, wanted: string): void {
    const mark = this.window.marks.before(offset);
    const lines = mark ? this.options.model.linesBetween(mark.offset, offset) : null;
    if (!mark || lines === null) return;
    const row = rowOfLine(this.terminal, mark.row, lines);
    const match = wanted === '' ? undefined : matchesInLine(this.terminal, row, wanted)[0];
    this.terminal.scrollToLine(Math.max(0, (match?.row ?? row) - Math.floor(this.terminal.rows / 2)));
    if (match) this.terminal.select(match.column, match.row, match.cells);
    this.moved();
  }

  private moved(): void {
    if (this.disposed) return;
    const { isAtEnd } = this.window;
    if (isAtEnd) this.newLines = 0;
    this.borders.sync();
    this.options.onState({ newLines: this.newLines, isAtEnd });
    this.scroll.scrolled();
  }

  private resize(): void {
    const wanted = this.fit.proposeDimensions();
    if (!wanted || Number.isNaN(wanted.cols) || Number.isNaN(wanted.rows)) return;
    const columns = this.wrap ? Math.max(20, wanted.cols) : wideColumns;
    const rows = Math.max(4, wanted.rows);
    if (columns === this.terminal.cols && rows === this.terminal.rows) return;
    const back = this.window.isAtEnd ? null : this.window.marks.lineAt(this.terminal.buffer.active.viewportY);
    this.terminal.resize(columns, rows);
    // Lines that are wrapped anew take other rows: who reads stays at the line.
    const row = back && this.window.marks.rowOfLineAt(back);
    if (row !== null) this.terminal.scrollToLine(row);
  }
}
