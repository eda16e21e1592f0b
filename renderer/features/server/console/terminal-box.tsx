import { Box, Button, Group, Text, useComputedColorScheme } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { ServerStore } from '../../../state/server-store.ts';
import { useServer } from '../server-context.ts';
import { MissingText } from './missing-text.tsx';
import { PlainText } from './plain-text.tsx';
import { SearchBar } from './search-bar.tsx';
import { strings } from './strings.ts';
import { TerminalTools } from './terminal-tools.tsx';
import type { TerminalView } from './terminal-view.ts';
import { useConsoleKey } from './use-console-key.ts';
import { useConsoleView } from './use-console-view.ts';
import { useTerminal } from './use-terminal.ts';

/** The terminal with what stands around it: tools, search, what is missing, the way to the newest line. */
export function TerminalBox() {
  const server = useServer();
  const [isSearching, setSearching] = useState(false);
  const [wrap, setWrap] = useState(true);
  const scheme = useComputedColorScheme('dark');
  const [reading, setReading] = useConsoleView();
  const { element, view, state, isLoading } = useTerminal({ wrap, isReadable: reading.isReadable });
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
        <TerminalTools
          view={view}
          wrap={wrap}
          onWrap={setWrap}
          reading={reading}
          onReading={setReading}
          onToggleSearch={() => setSearching(!isSearching)}
        />
      </Group>
      {reading.isPlain && <PlainText />}
      <div
        className="terminal-scroll"
        style={{ overflowX: wrap ? 'hidden' : 'auto', display: reading.isPlain ? 'none' : undefined }}
      >
        <div ref={element} className="terminal" role="log" aria-label={strings.terminal} />
      </div>
      {view && <MissingText view={view} />}
      {!state.isAtEnd && view && !reading.isPlain && (
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

function showEnd(server: ServerStore, view: TerminalView): void {
  if (server.console.isDetached) {
    server.attachConsole();
    view.followAgain();
  } else view.toEnd();
}
