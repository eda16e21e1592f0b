import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconShare2 } from '@tabler/icons-react';
import { copyAndNotify } from '../../../ui/copy.tsx';
import { saveBlob } from '../../../ui/save-blob.ts';
import { useServer } from '../server-context.ts';
import { strings } from './strings.ts';
import type { TerminalView } from './terminal-view.ts';

/** The stretch that is selected, for somebody else: copied with a fence of code around it, or as a file. */
export function ShareMenu({ view }: { view: TerminalView | null }) {
  const server = useServer();
  const share = (act: (text: string) => void): void => {
    const text = view?.selection ?? '';
    if (text === '') notifications.show({ message: strings.selectFirst });
    else act(text);
  };
  const save = (text: string): void =>
    saveBlob(
      new Blob([text.endsWith('\n') ? text : `${text}\n`], { type: 'text/plain' }),
      `${server.id}-console.txt`,
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="md" aria-label={strings.share} title={strings.share}>
          <IconShare2 size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          onClick={() => share((text) => void copyAndNotify(`\`\`\`\n${text}\n\`\`\``, strings.block))}
        >
          {strings.copyBlock}
        </Menu.Item>
        <Menu.Item onClick={() => share(save)}>{strings.saveSelection}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
