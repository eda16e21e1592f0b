import { Unicode11Addon } from '@xterm/addon-unicode11';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { type ITheme, Terminal } from '@xterm/xterm';
import { strings } from './strings.ts';

interface TerminalOptions {
  element: HTMLElement;
  theme: ITheme;
  /** Rows. */
  scrollback: number;
  onOpenLink: (url: string) => void;
  /** It draws in another way now, whose cells have another size. */
  onRedrawn: () => void;
}

/** Modes that change to the screen without a history. */
const otherScreens = new Set([47, 1047, 1049]);

/**
 * A terminal that only shows: what a program's escape sequences ask a terminal is never answered, since that would be typed
 * into a server by nobody. It shows a log, so no sequence may take back what was shown before.
 */
export function makeTerminal(options: TerminalOptions): Terminal {
  const { element, theme, scrollback, onOpenLink, onRedrawn } = options;
  Terminal.strings.promptLabel = strings.terminalInput;
  const terminal = new Terminal({
    allowProposedApi: true,
    convertEol: true,
    disableStdin: true,
    cursorInactiveStyle: 'none',
    cursorBlink: false,
    scrollback,
    fontSize: 13,
    lineHeight: 1.25,
    fontFamily: 'ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    theme,
    screenReaderMode: false,
    minimumContrastRatio: 4.5,
  });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = '11';
  terminal.loadAddon(new WebLinksAddon((_event, url) => onOpenLink(url)));
  keepHistory(terminal);
  terminal.open(element);
  terminal.attachCustomKeyEventHandler((event) => takeKey(terminal, event));
  void drawWithWebgl(terminal, onRedrawn);
  return terminal;
}

/** Scrolling and selecting all by keyboard; copying works as everywhere. Nothing is typed into a terminal that only shows. */
function takeKey(terminal: Terminal, event: KeyboardEvent): false {
  if (event.type !== 'keydown') return false;
  const keys: Record<string, () => void> = {
    PageUp: () => terminal.scrollPages(-1),
    PageDown: () => terminal.scrollPages(1),
    ArrowUp: () => terminal.scrollLines(-1),
    ArrowDown: () => terminal.scrollLines(1),
    Home: () => terminal.scrollToTop(),
    End: () => terminal.scrollToBottom(),
  };
  const isAll = event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey);
  const action = isAll ? () => terminal.selectAll() : keys[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
  return false;
}

/** The other screen, a full reset and "erase what was scrolled away" are left out. */
function keepHistory({ parser }: Terminal): void {
  const isOtherScreen = (parameters: (number | number[])[]): boolean =>
    parameters.some((one) => typeof one === 'number' && otherScreens.has(one));
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, isOtherScreen);
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, isOtherScreen);
  parser.registerCsiHandler({ final: 'J' }, ([part]) => part === 3);
  parser.registerEscHandler({ final: 'c' }, () => true);
}

/** Much faster where the machine has it; without it the terminal draws by itself. */
async function drawWithWebgl(terminal: Terminal, onRedrawn: () => void): Promise<void> {
  try {
    const { WebglAddon } = await import('@xterm/addon-webgl');
    const addon = new WebglAddon();
    addon.onContextLoss(() => {
      addon.dispose();
      onRedrawn();
    });
    terminal.loadAddon(addon);
    onRedrawn();
  } catch {
    // No WebGL here.
  }
}
