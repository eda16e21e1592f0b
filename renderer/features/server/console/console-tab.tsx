import { Stack } from '@mantine/core';
import '@xterm/xterm/css/xterm.css';
import './console.css';
import { useState } from 'react';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { CommandLine } from './command-line.tsx';
import { Figures } from './figures.tsx';
import { TerminalBox } from './terminal-box.tsx';
import type { TerminalView } from './terminal-view.ts';

/** The console: terminal, command line, live charts. */
export default function ConsoleTab({ server }: { server: ServerSummary }) {
  const [view, setView] = useState<TerminalView | null>(null);
  return (
    <div className="console-layout">
      <Stack gap="sm" miw={0} h="100%">
        <TerminalBox server={server} onView={setView} />
        <CommandLine />
      </Stack>
      <Figures server={server} view={view} />
    </div>
  );
}
