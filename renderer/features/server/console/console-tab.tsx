import { Box, Button, Group, Stack, Text, useComputedColorScheme } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import {
  IconArrowBarToUp,
  IconArrowDown,
  IconCopy,
  IconEraser,
  IconSearch,
  IconTextWrap,
  IconTextWrapDisabled,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ServerStore } from '../../../state/server-store.ts';
import { IconAction } from '../../../ui/icon-action.tsx';
import { useConsoleKey } from './use-console-key.ts';
import '@xterm/xterm/css/xterm.css';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { copyAndTell } from '../../../ui/copy.tsx';
import { bytes } from '../../../ui/format.ts';
import { useServer } from '../server-context.ts';
import { CommandLine } from './command-line.tsx';
import { DownloadButton } from './download-button.tsx';
import { Figures } from './figures.tsx';
import { Messages } from './messages.tsx';
import { openLink } from './open-link.ts';
import { SearchBar } from './search-bar.tsx';
import { strings } from './strings.ts';
import { terminalThemes } from './terminal-theme.ts';
import { type TerminalState, TerminalView } from './terminal-view.ts';

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
  useConsoleKey(
    (event) => event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey),
    () => setSearching(true),
  );

  return (
    <Box className="terminal-box" data-scheme={scheme}>
      <Group justify="space-between" gap="xs" px="xs" py={4} mih={36}>
        {isSearching && view ? (
          <SearchBar view={view} onClose={() => setSearching(false)} />
        ) : (
          <Text size="xs" className="quiet" role="status">
            {isLoading ? strings.loadingOlder : ''}
          </Text>
        )}
        <Group gap={2}>
          <IconAction label={strings.search} onClick={() => setSearching(!isSearching)}>
            <IconSearch size={16} />
          </IconAction>
          <IconAction label={strings.toStart} onClick={() => view && void showStart(server, view)}>
            <IconArrowBarToUp size={16} />
          </IconAction>
          <IconAction label={strings.wrap} pressed={wrap} onClick={() => setWrap(!wrap)}>
            {wrap ? <IconTextWrap size={16} /> : <IconTextWrapDisabled size={16} />}
          </IconAction>
          <IconAction
            label={strings.copySelection}
            onClick={() => {
              const text = view?.selection ?? '';
              if (text !== '') void copyAndTell(text, 'Selection');
            }}
          >
            <IconCopy size={16} />
          </IconAction>
          <DownloadButton server={server.id} />
          <IconAction label={strings.clear} onClick={() => view?.clear()}>
            <IconEraser size={16} />
          </IconAction>
        </Group>
      </Group>
      <div className="terminal-scroll" style={{ overflowX: wrap ? 'hidden' : 'auto' }}>
        <div ref={element} className="terminal" role="log" aria-label={strings.terminal} />
      </div>
      {view && <Holes view={view} />}
      {!state.isAtEnd && view && (
        <Button
          className="to-end"
          size="compact-sm"
          leftSection={<IconArrowDown size={14} />}
          onClick={() => showEnd(server, view)}
        >
          {state.newLines > 0 ? strings.newLines(state.newLines) : strings.toEnd}
        </Button>
      )}
    </Box>
  );
}

async function showStart({ history }: ServerStore, view: TerminalView): Promise<void> {
  try {
    if (!history.isAtStart) await history.showStart();
    view.toStart();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    notifications.show({ color: 'red', title: strings.cantLoad, message });
  }
}

function showEnd(server: ServerStore, view: TerminalView): void {
  if (server.console.isDetached) {
    server.attachConsole();
    view.followAgain();
  } else view.toEnd();
}

/** Text that this page could not be given in time: how much, and a way to have it after all. */
function Holes({ view }: { view: TerminalView }) {
  const server = useServer();
  const [holes, setHoles] = useState(server.console.holes);
  const [isFilling, setFilling] = useState(false);
  useEffect(() => {
    const look = (): void => setHoles(server.console.holes);
    look();
    return server.console.listen({ appended: ({ gap }) => gap > 0 && look(), rebuilt: look });
  }, [server]);
  if (holes.length === 0) return null;
  const fill = async (): Promise<void> => {
    // The one that is nearest to what is read.
    const distance = ({ to }: { to: number }): number => Math.abs(to - view.topOffset);
    const [nearest] = [...holes].sort((a, b) => distance(a) - distance(b));
    if (!nearest) return;
    setFilling(true);
    try {
      await server.history.fill(nearest);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      notifications.show({ color: 'red', title: strings.cantLoad, message });
    } finally {
      setFilling(false);
    }
  };
  return (
    <Group gap="sm" px="sm" py={4} role="status">
      <Text size="xs">{strings.missing(bytes(holes.reduce((sum, { from, to }) => sum + to - from, 0)))}</Text>
      <Button size="compact-xs" variant="default" loading={isFilling} onClick={() => void fill()}>
        {strings.load}
      </Button>
    </Group>
  );
}
