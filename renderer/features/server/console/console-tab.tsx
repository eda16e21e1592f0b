import { Stack } from '@mantine/core';
import '@xterm/xterm/css/xterm.css';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { CommandLine } from './command-line.tsx';
import { Figures } from './figures.tsx';
import { Messages } from './messages.tsx';
import { TerminalBox } from './terminal-box.tsx';

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
