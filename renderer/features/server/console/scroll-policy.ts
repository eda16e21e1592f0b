import type { Terminal } from '@xterm/xterm';
import type { ConsoleModel } from '../../../state/console-model.ts';
import type { PieceRange } from './console-window.ts';
import type { TerminalWindow } from './terminal-window.ts';

interface ScrollPolicyOptions {
  terminal: Terminal;
  window: TerminalWindow;
  model: ConsoleModel;
  /** Rows that a window may have. */
  maxRows: () => number;
  hasOlder: () => boolean;
  /** Brings older text into the model. False if there is none. */
  loadOlder: () => Promise<boolean>;
  /** The same for the text behind the model's, while it is detached. */
  loadNewer: () => Promise<boolean>;
  /** Writes another window and stays where the view was. */
  rewrite: (choose: () => PieceRange) => void;
  /** A move is over, whatever came of it. */
  onMoved: () => void;
}

/** Rows that come into view at once when somebody scrolls to an end of what the terminal has. */
export const stepRows = 6_000;
/** Rows from an end of the terminal's text at which what lies behind is asked for. */
const nearEdge = 3;
/** Wait after a load that failed, in ms. */
const retryMs = 3_000;

/** Moves the terminal's window along when somebody scrolls to an end of it, and loads what the model lacks there. */
export class ScrollPolicy {
  private readonly options: ScrollPolicyOptions;
  private isBusy = false;
  private quietUntil = 0;
  private isClosed = false;

  constructor(options: ScrollPolicyOptions) {
    this.options = options;
  }

  /** Whether a move is under way: until it is over, nothing else may write another window. */
  get isMoving(): boolean {
    return this.isBusy;
  }

  /** The view may be at an end of the window now. */
  scrolled(): void {
    const { terminal, window } = this.options;
    const { baseY, viewportY } = terminal.buffer.active;
    if (baseY > 0 && viewportY <= nearEdge) void this.moveOlder();
    else if (!window.follows && viewportY >= baseY - nearEdge) void this.moveNewer();
  }

  /** Somebody turns the wheel up. After a clear there is nothing to scroll, and all to bring back. */
  wheeledUp(): void {
    if (this.options.terminal.buffer.active.baseY === 0) void this.moveOlder();
  }

  close(): void {
    this.isClosed = true;
  }

  private moveOlder(): Promise<void> {
    const { window, hasOlder, loadOlder } = this.options;
    return this.move(
      () => window.firstShown > 0 || hasOlder(),
      async () => {
        if (window.firstShown === 0 && !(await loadOlder())) return null;
        return () => window.around(window.firstShown, stepRows);
      },
    );
  }

  private moveNewer(): Promise<void> {
    const { window, model, loadNewer, maxRows } = this.options;
    const isLast = (): boolean => (model.to ?? 0) <= window.shownTo;
    return this.move(
      () => !window.follows,
      async () => {
        if (isLast() && model.isDetached) await loadNewer();
        if (isLast() && !model.isDetached) {
          window.follow(true);
          return null;
        }
        return () => window.around(window.pieceAt(window.shownTo), maxRows() - stepRows);
      },
    );
  }

  /** One at a time, and not again at once after a failure: the link's state is told at the top of the page. */
  private async move(
    isUseful: () => boolean,
    prepare: () => Promise<(() => PieceRange) | null>,
  ): Promise<void> {
    if (this.isBusy || this.options.window.isWriting || Date.now() < this.quietUntil || !isUseful()) return;
    this.isBusy = true;
    try {
      const choose = await prepare();
      if (choose && !this.isClosed) this.options.rewrite(choose);
    } catch {
      this.quietUntil = Date.now() + retryMs;
    } finally {
      this.isBusy = false;
      this.options.onMoved();
    }
  }
}
