import { Button, type ButtonProps, Group, Menu } from '@mantine/core';
import { IconChevronDown, IconRefresh, IconTrash } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { FileDialogRequest } from '../dialogs/file-dialogs.tsx';
import { strings } from '../strings.ts';
import type { Picked } from '../transfer/picked.ts';
import { UploadButtons } from '../transfer/upload-buttons.tsx';
import { ShowInFolder } from './show-in-folder.tsx';

interface ToolbarProps {
  server: string;
  mayChange: boolean;
  onUpload: (picked: () => Picked) => void;
  onRefresh: () => void;
  /** What needs a word with the user first. */
  onAsk: (request: FileDialogRequest) => void;
}

const quiet = { variant: 'default', size: 'compact-md' } satisfies ButtonProps;

/** What can be done in a folder. */
export function Toolbar({ server, mayChange, onUpload, onRefresh, onAsk }: ToolbarProps) {
  return (
    <Group gap="xs">
      {mayChange && (
        <>
          <Menu>
            <Menu.Target>
              <Button {...quiet} rightSection={<IconChevronDown size={14} />}>
                {strings.create}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onAsk({ kind: 'file' })}>{strings.newFile}</Menu.Item>
              <Menu.Item onClick={() => onAsk({ kind: 'folder' })}>{strings.newFolder}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
          <UploadButtons onUpload={onUpload} />
        </>
      )}
      <Button {...quiet} leftSection={<IconRefresh size={16} />} onClick={onRefresh}>
        {strings.refresh}
      </Button>
      <Button
        {...quiet}
        component={Link}
        href={`/servers/${server}/files?trash`}
        leftSection={<IconTrash size={16} />}
      >
        {strings.trash}
      </Button>
      <ShowInFolder server={server} />
    </Group>
  );
}
