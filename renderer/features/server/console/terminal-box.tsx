import { Box, Button, useComputedColorScheme } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import type { ServerStore } from '../../../state/server-store.ts';
import { useServer } from '../server-context.ts';
import { ConsoleBar, LastDetails } from './console-bar.tsx';
import { goToOffset } from './go-to-offset.ts';
import { LevelLines } from './level-lines.tsx';
import { LevelMenu } from './level-menu.tsx';
import type { Level } from './line-levels.ts';
import { MissingText } from './missing-text.tsx';
import { PlainText } from './plain-text.tsx';
import { bordersOf } from './run-borders.ts';
import { RunMenu } from './run-menu.tsx';
import { SearchBar } from './search-bar.tsx';
import { strings } from './strings.ts';
import { TerminalTools } from './terminal-tools.tsx';
import type { TerminalView } from './terminal-view.ts';
import { useConsoleKey } from './use-console-key.ts';
import { useConsoleView } from './use-console-view.ts';
import { useRuns } from './use-runs.ts';
import { useTerminal } from './use-terminal.ts';

interface TerminalBoxProps {
  server: ServerSummary;
  onView: (view: TerminalView | null) => void;
}

/** The terminal with what stands around it: tools, search, what is missing, the way to the newest line. */
export function TerminalBox({ server: summary, onView }: TerminalBoxProps) {
  const server = useServer();
  const runs = useRuns(server.id);
  const [level, setLevel] = useState<Level>('all');
  const [isSearching, setSearching] = useState(false);
  const [wrap, setWrap] = useState(true);
  const scheme = useComputedColorScheme('dark');
  const [reading, setReading] = useConsoleView();
  const { element, view, state, isLoading } = useTerminal({ wrap, isReadable: reading.isReadable });
  useConsoleKey(
    (event) => event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey),
    () => setSearching(true),
  );
  useEffect(() => onView(view), [view, onView]);
  useEffect(() => view?.setBorders(bordersOf(runs)), [view, runs]);
  const goTo = (offset: number): void => {
    setLevel('all');
    if (view) void goToOffset(server, view, offset);
  };
  const isHidden = reading.isPlain || level !== 'all';
  return (
    <Box className="terminal-box" data-scheme={scheme}>
      <ConsoleBar
        server={summary}
        isLoading={isLoading}
        search={isSearching && view ? <SearchBar view={view} onClose={() => setSearching(false)} /> : null}
      >
        <RunMenu runs={runs} view={view} />
        <LevelMenu level={level} onLevel={setLevel} />
        <TerminalTools
          view={view}
          wrap={wrap}
          onWrap={setWrap}
          reading={reading}
          onReading={setReading}
          onToggleSearch={() => setSearching(!isSearching)}
        />
      </ConsoleBar>
      <LastDetails />
      {level !== 'all' && <LevelLines level={level} onGo={goTo} />}
      {reading.isPlain && level === 'all' && <PlainText />}
      <div
        className="terminal-scroll"
        style={{ overflowX: wrap ? 'hidden' : 'auto', display: isHidden ? 'none' : undefined }}
      >
        <div ref={element} className="terminal" role="log" aria-label={strings.terminal} />
      </div>
      {view && <MissingText view={view} />}
      {!state.isAtEnd && view && !isHidden && (
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
