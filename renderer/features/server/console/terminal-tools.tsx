import { ActionIcon, Group, Menu } from '@mantine/core';
import {
  IconAccessible,
  IconArrowBarToUp,
  IconCheck,
  IconCopy,
  IconEraser,
  IconSearch,
  IconTextWrap,
  IconTextWrapDisabled,
} from '@tabler/icons-react';
import type { ServerStore } from '../../../state/server-store.ts';
import { copyAndNotify } from '../../../ui/copy.tsx';
import { IconAction } from '../../../ui/icon-action.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { useServer } from '../server-context.ts';
import { DownloadButton } from './download-button.tsx';
import { ShareMenu } from './share-menu.tsx';
import { strings } from './strings.ts';
import type { TerminalView } from './terminal-view.ts';
import type { ConsoleView } from './use-console-view.ts';

interface TerminalToolsProps {
  view: TerminalView | null;
  wrap: boolean;
  onWrap: (wrap: boolean) => void;
  reading: ConsoleView;
  onReading: (changes: Partial<ConsoleView>) => void;
  onToggleSearch: () => void;
}

/** The row of buttons above the terminal. */
export function TerminalTools(props: TerminalToolsProps) {
  const { view, wrap, onWrap, reading, onReading, onToggleSearch } = props;
  const server = useServer();
  const copySelection = (): void => {
    const text = view?.selection ?? '';
    if (text !== '') void copyAndNotify(text, strings.selection);
  };
  return (
    <Group gap={2} wrap="nowrap">
      <IconAction label={strings.search} onClick={onToggleSearch}>
        <IconSearch size={16} />
      </IconAction>
      <IconAction label={strings.toStart} onClick={() => view && void showStart(server, view)}>
        <IconArrowBarToUp size={16} />
      </IconAction>
      <IconAction label={strings.wrap} pressed={wrap} onClick={() => onWrap(!wrap)}>
        {wrap ? <IconTextWrap size={16} /> : <IconTextWrapDisabled size={16} />}
      </IconAction>
      <IconAction label={strings.copySelection} onClick={copySelection}>
        <IconCopy size={16} />
      </IconAction>
      <ShareMenu view={view} />
      <DownloadButton server={server.id} />
      <IconAction label={strings.clear} onClick={() => view?.clear()}>
        <IconEraser size={16} />
      </IconAction>
      <Menu position="bottom-end" closeOnItemClick={false}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="md"
            aria-label={strings.reading}
            title={strings.reading}
          >
            <IconAccessible size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <CheckItem
            label={strings.plain}
            isOn={reading.isPlain}
            onChange={(isPlain) => onReading({ isPlain })}
          />
          <CheckItem
            label={strings.readable}
            isOn={reading.isReadable}
            onChange={(isReadable) => onReading({ isReadable })}
          />
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function CheckItem({
  label,
  isOn,
  onChange,
}: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <Menu.Item
      leftSection={isOn ? <IconCheck size={14} /> : <span style={{ width: 14 }} />}
      onClick={() => onChange(!isOn)}
    >
      {label}
      <span className="visually-hidden">{isOn ? strings.isOn : strings.isOff}</span>
    </Menu.Item>
  );
}

async function showStart({ history }: ServerStore, view: TerminalView): Promise<void> {
  try {
    if (!history.isAtStart) await history.showStart();
    view.toStart();
  } catch (error) {
    showFailure(error, strings.cantLoad);
  }
}
