import { Box, Button, Group, Stack, Text, useComputedColorScheme } from '@mantine/core';
import {
  IconArrowDown,
  IconCopy,
  IconEraser,
  IconSearch,
  IconTextWrap,
  IconTextWrapDisabled,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { IconAction } from '../../../ui/icon-action.tsx';
import '@xterm/xterm/css/xterm.css';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { copyAndTell } from '../../../ui/copy.tsx';
import { bytes } from '../../../ui/format.ts';
import { useServer } from '../server-context.ts';
import { CommandLine } from './command-line.tsx';
import { DownloadButton } from './download-button.tsx';
import { Figures } from './figures.tsx';
import { Messages } from './messages.tsx';
import { SearchBar } from './search-bar.tsx';
import { terminalThemes } from './terminal-theme.ts';
import { type TerminalState, TerminalView } from './terminal-view.ts';
import { words } from './words.ts';

/** The console: terminal, command line, live charts. */
export default function ConsoleTab({ server }: { server: ServerSummary }) {
  return (
    <div className="console-layout">
      <Stack gap="sm" miw={0} h="100%">
        <Messages />
        <TerminalBox />
        <CommandLine />
      </Stack>
      <Figures server={server} />
    </div>
  );
}

function TerminalBox() {
  const server = useServer();
  const [view, setView] = useState<TerminalView | null>(null);
  const [state, setState] = useState<TerminalState>({ newLines: 0, isAtEnd: true });
  const [isLoading, setLoading] = useState(false);
  const [isSearching, setSearching] = useState(false);
  const [wrap, setWrap] = useState(true);
  const scheme = useComputedColorScheme('dark');
  const element = useRef<HTMLDivElement>(null);
  const busy = useRef(false);

  const loadOlder = useRef(async () => {
    const before = server.console.from;
    if (busy.current || before === null || before === 0) return;
    busy.current = true;
    setLoading(true);
    try {
      await server.load(before);
    } catch {
      // The link's state is shown at the top of the page; scrolling up again tries again.
    } finally {
      busy.current = false;
      setLoading(false);
    }
  });

  useEffect(() => {
    if (!element.current) return;
    const made = new TerminalView({
      element: element.current,
      model: server.console,
      theme: terminalThemes.dark,
      wrap: true,
      onState: (next) =>
        setState((last) => (last.newLines === next.newLines && last.isAtEnd === next.isAtEnd ? last : next)),
      onTop: () => void loadOlder.current(),
      onOpenLink: (url) => window.open(url, '_blank', 'noopener,noreferrer'),
    });
    setView(made);
    return () => made.dispose();
  }, [server]);
  useEffect(() => view?.setTheme(terminalThemes[scheme]), [view, scheme]);
  useEffect(() => view?.setWrap(wrap), [view, wrap]);
  useSearchKey(() => setSearching(true));

  return (
    <Box className="terminal-box" data-scheme={scheme}>
      <Group justify="space-between" gap="xs" px="xs" py={4} mih={36}>
        {isSearching && view ? (
          <SearchBar view={view} onClose={() => setSearching(false)} />
        ) : (
          <Text size="xs" className="quiet" role="status">
            {isLoading ? words.loadingOlder : ''}
          </Text>
        )}
        <Group gap={2}>
          <IconAction label={words.search} onClick={() => setSearching(!isSearching)}>
            <IconSearch size={16} />
          </IconAction>
          <IconAction label={words.wrap} pressed={wrap} onClick={() => setWrap(!wrap)}>
            {wrap ? <IconTextWrap size={16} /> : <IconTextWrapDisabled size={16} />}
          </IconAction>
          <IconAction
            label={words.copySelection}
            onClick={() => {
              const text = view?.selection ?? '';
              if (text !== '') void copyAndTell(text, 'Selection');
            }}
          >
            <IconCopy size={16} />
          </IconAction>
          <DownloadButton server={server.id} />
          <IconAction label={words.clear} onClick={() => view?.clear()}>
            <IconEraser size={16} />
          </IconAction>
        </Group>
      </Group>
      <div className="terminal-scroll" style={{ overflowX: wrap ? 'hidden' : 'auto' }}>
        <div ref={element} className="terminal" role="log" aria-label={words.terminal} />
      </div>
      <Holes />
      {(!state.isAtEnd || server.console.isDetached) && (
        <Button
          className="to-end"
          size="compact-sm"
          leftSection={<IconArrowDown size={14} />}
          onClick={() => {
            if (server.console.isDetached) server.attachConsole();
            view?.toEnd();
          }}
        >
          {server.console.isDetached
            ? words.toEnd
            : state.newLines > 0
              ? words.newLines(state.newLines)
              : words.toEnd}
        </Button>
      )}
    </Box>
  );
}

/** Text that this page could not be given in time: how much, and a way to have it after all. */
function Holes() {
  const server = useServer();
  const [holes, setHoles] = useState(server.console.holes);
  useEffect(() => {
    const look = (): void => setHoles(server.console.holes);
    look();
    return server.console.listen({ appended: (_text, gap) => gap > 0 && look(), rebuilt: look });
  }, [server]);
  const newest = holes.at(-1);
  if (!newest) return null;
  return (
    <Group gap="sm" px="sm" py={4} role="status">
      <Text size="xs">{words.missing(bytes(holes.reduce((sum, { from, to }) => sum + to - from, 0)))}</Text>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() => void server.load(newest.to, 10_000).catch(() => {})}
      >
        {words.load}
      </Button>
    </Group>
  );
}

function useSearchKey(onSearch: () => void): void {
  const latest = useRef(onSearch);
  latest.current = onSearch;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'f' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
