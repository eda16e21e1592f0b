import { ActionIcon, Menu, Text } from '@mantine/core';
import { IconFlag } from '@tabler/icons-react';
import type { Run } from '../../../../shared/model/run.ts';
import { useServer } from '../server-context.ts';
import { goToOffset } from './go-to-offset.ts';
import { bordersOf } from './run-borders.ts';
import { strings } from './strings.ts';
import type { TerminalView } from './terminal-view.ts';

/** Borders that are offered: the newest. */
const shownBorders = 40;

/** Where runs began and ended, crashes in red: a click leads there. */
export function RunMenu({ runs, view }: { runs: readonly Run[]; view: TerminalView | null }) {
  const server = useServer();
  const borders = bordersOf(runs).slice(-shownBorders).reverse();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="md" aria-label={strings.runs} title={strings.runs}>
          <IconFlag size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={320} maw="calc(100vw - 16px)" style={{ overflowY: 'auto' }}>
        {borders.length === 0 && <Menu.Label>{strings.noRuns}</Menu.Label>}
        {borders.map(({ offset, label, kind }) => (
          <Menu.Item key={offset} onClick={() => view && void goToOffset(server, view, offset)}>
            <Text size="sm" {...(kind === 'crash' ? { c: 'var(--state-bad)' } : {})}>
              {label}
            </Text>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
