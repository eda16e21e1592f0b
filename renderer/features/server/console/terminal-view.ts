import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITheme, Terminal } from '@xterm/xterm';
import type { ConsoleModel } from '../../../state/console-model.ts';
import { bytes } from '../../../ui/format.ts';

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
  wrap: boolean;
  onState: (state: TerminalState) => void;
  /** The user has scrolled to the oldest text that is here. */
  onTop: () => void;
  onOpenLink: (url: string) => void;
}

const scrollback = 60_000;
/** Columns without wrapping: longer lines are wrapped all the same. */
const wideColumns = 500;
/** What may wait for the next frame, in characters; beyond it all is written anew from the model. */
const maxQueued = 1024 * 1024;
/** Rows from the top at which older text is asked for. */
const nearTop = 3;

const gapLine = (size: number): string =>
  `\r\n\x1b[0;2;3m── ${size > 0 ? bytes(size) : 'some text'} of the console is not loaded ──\x1b[0m\r\n`;

/**
 * A terminal that shows a ConsoleModel: one write a frame, however much comes. It only shows: what a program's escape
 * sequences ask a terminal is never answered, since that would be typed into a server by nobody.
 */
export class TerminalView {
  readonly search = new SearchAddon({ highlightLimit: 2000 });
  private readonly terminal: Terminal;
  private readonly fit = new FitAddon();
  private readonly options: TerminalViewOptions;
  private readonly undos: (() => void)[] = [];
  private queue: string[] = [];
  private queued = 0;
  private mustRebuild = true;
  private frame: number | null = null;
  private newLines = 0;
  private wrap: boolean;

  constructor(options: TerminalViewOptions) {
    this.options = options;
    this.wrap = options.wrap;
    this.terminal = new Terminal({
      allowProposedApi: true,
      convertEol: true,
      disableStdin: true,
      cursorInactiveStyle: 'none',
      cursorBlink: false,
      scrollback,
      fontSize: 13,
      lineHeight: 1.25,
      fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
      theme: options.theme,
      screenReaderMode: false,
      minimumContrastRatio: 4.5,
    });
    this.terminal.loadAddon(this.fit);
    this.terminal.loadAddon(this.search);
    this.terminal.loadAddon(new Unicode11Addon());
    this.terminal.unicode.activeVersion = '11';
    this.terminal.loadAddon(new WebLinksAddon((_event, url) => options.onOpenLink(url)));
    this.terminal.open(options.element);
    // Copying works as everywhere; nothing else is typed into a terminal that only shows.
    this.terminal.attachCustomKeyEventHandler(
      (event) => event.key.startsWith('Page') || event.key.startsWith('Arrow'),
    );
    void this.drawWithWebgl();
    this.listen();
    this.resize();
    this.schedule();
  }

  private listen(): void {
    const { model, element } = this.options;
    const scrolled = this.terminal.onScroll(() => this.moved());
    const observer = new ResizeObserver(() => this.resize());
    observer.observe(element);
    const onWheel = (): void => void requestAnimationFrame(() => this.moved());
    element.addEventListener('wheel', onWheel, { passive: true });
    this.undos.push(
      model.listen({
        appended: (text, gap) => this.append(gap > 0 ? gapLine(gap) + text : text),
        rebuilt: () => this.rebuild(),
      }),
      () => scrolled.dispose(),
      () => observer.disconnect(),
      () => element.removeEventListener('wheel', onWheel),
    );
  }

  /** Much faster where the machine has it; without it the terminal draws by itself. */
  private async drawWithWebgl(): Promise<void> {
    try {
      const { WebglAddon } = await import('@xterm/addon-webgl');
      const addon = new WebglAddon();
      addon.onContextLoss(() => addon.dispose());
      this.terminal.loadAddon(addon);
    } catch {
      // No WebGL here.
    }
  }

  get isAtEnd(): boolean {
    const { buffer } = this.terminal;
    return buffer.active.viewportY >= buffer.active.baseY;
  }

  get selection(): string {
    return this.terminal.getSelection();
  }

  setTheme(theme: ITheme): void {
    this.terminal.options.theme = theme;
  }

  setWrap(wrap: boolean): void {
    this.wrap = wrap;
    this.resize();
  }

  toEnd(): void {
    this.terminal.scrollToBottom();
    this.moved();
  }

  scrollPages(pages: number): void {
    this.terminal.scrollPages(pages);
    this.moved();
  }

  /** Empties the view; the history stays, and comes back by scrolling up or with a new page. */
  clear(): void {
    this.terminal.clear();
    this.moved();
  }

  focus(): void {
    this.terminal.focus();
  }

  dispose(): void {
    if (this.frame !== null) cancelAnimationFrame(this.frame);
    for (const undo of this.undos) undo();
    this.terminal.dispose();
  }

  private append(text: string): void {
    this.queue.push(text);
    this.queued += text.length;
    // A hidden page gets no frames: what it missed is written anew from the model, which has a bound.
    if (this.queued > maxQueued) {
      this.queue = [];
      this.queued = 0;
      this.mustRebuild = true;
    }
    this.schedule();
  }

  private rebuild(): void {
    this.mustRebuild = true;
    this.schedule();
  }

  private schedule(): void {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.flush();
    });
  }

  private flush(): void {
    if (this.mustRebuild) {
      this.writeAll();
      return;
    }
    const text = this.queue.join('');
    this.queue = [];
    this.queued = 0;
    if (text === '') return;
    if (!this.isAtEnd) this.newLines += text.split('\n').length - 1;
    this.terminal.write(text, () => this.moved());
  }

  /** Everything from the model, the view staying where it is counted from the end: what was loaded lies above it. */
  private writeAll(): void {
    this.mustRebuild = false;
    this.queue = [];
    this.queued = 0;
    const { active } = this.terminal.buffer;
    const fromEnd = this.isAtEnd ? 0 : active.baseY - active.viewportY;
    let end: number | null = null;
    this.terminal.reset();
    for (const piece of this.options.model.pieces) {
      if (end !== null && piece.from > end) this.terminal.write(gapLine(piece.from - end));
      this.terminal.write(piece.text);
      end = piece.to;
    }
    this.terminal.write('', () => {
      if (fromEnd > 0) this.terminal.scrollToLine(Math.max(0, this.terminal.buffer.active.baseY - fromEnd));
      this.moved();
    });
  }

  private moved(): void {
    const { isAtEnd } = this;
    if (isAtEnd) this.newLines = 0;
    this.options.onState({ newLines: this.newLines, isAtEnd });
    const { active } = this.terminal.buffer;
    if (active.baseY > 0 && active.viewportY <= nearTop) this.options.onTop();
  }

  private resize(): void {
    const wanted = this.fit.proposeDimensions();
    if (!wanted || Number.isNaN(wanted.cols) || Number.isNaN(wanted.rows)) return;
    const columns = this.wrap ? Math.max(20, wanted.cols) : wideColumns;
    const rows = Math.max(4, wanted.rows);
    if (columns !== this.terminal.cols || rows !== this.terminal.rows) this.terminal.resize(columns, rows);
  }
}
