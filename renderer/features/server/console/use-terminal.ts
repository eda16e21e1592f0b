import { useComputedColorScheme } from '@mantine/core';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { openLink } from '../../../ui/open-link.ts';
import { useServer } from '../server-context.ts';
import { terminalThemes } from './terminal-theme.ts';
import { type TerminalState, TerminalView } from './terminal-view.ts';

interface OpenTerminal {
  /** What the terminal is put in. */
  element: RefObject<HTMLDivElement | null>;
  /** Null in the first moment. */
  view: TerminalView | null;
  state: TerminalState;
  /** Older or newer text is on its way. */
  isLoading: boolean;
}

/** The terminal of the open server, for as long as the page shows it. */
export function useTerminal({ wrap, isReadable }: { wrap: boolean; isReadable: boolean }): OpenTerminal {
  const server = useServer();
  const element = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<TerminalView | null>(null);
  const [state, setState] = useState<TerminalState>({ newLines: 0, isAtEnd: true });
  const [isLoading, setLoading] = useState(false);
  const scheme = useComputedColorScheme('dark');
  useEffect(() => {
    if (!element.current) return;
    const { console: model, history } = server;
    const load = async (work: Promise<boolean>): Promise<boolean> => {
      setLoading(true);
      return work.finally(() => setLoading(false));
    };
    const made = new TerminalView({
      element: element.current,
      model,
      theme: terminalThemes.dark,
      onState: (next) =>
        setState((last) => (last.newLines === next.newLines && last.isAtEnd === next.isAtEnd ? last : next)),
      hasOlder: () => !history.isAtStart,
      loadOlder: () => load(history.loadOlder()),
      loadNewer: () => load(history.loadNewer()),
      onOpenLink: (url) => void openLink(url),
    });
    setView(made);
    return () => made.dispose();
  }, [server]);
  useEffect(() => view?.setTheme(terminalThemes[scheme]), [view, scheme]);
  useEffect(() => view?.setWrap(wrap), [view, wrap]);
  useEffect(() => view?.setReadable(isReadable), [view, isReadable]);
  return { element, view, state, isLoading };
}
