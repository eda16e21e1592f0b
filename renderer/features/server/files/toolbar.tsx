import { Button, type ButtonProps, Group, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconDownload, IconRefresh, IconTrash } from '@tabler/icons-react';
import type { FileEntry } from '../../../../shared/http/files.ts';
import type { Wish } from './file-dialogs.tsx';
import { isArchive } from './paths.ts';
import type { Picked } from './picked.ts';
import { UploadButtons } from './upload-buttons.tsx';
import { words } from './words.ts';

interface ToolbarProps {
  selected: readonly FileEntry[];
  onUpload: (picked: () => Picked) => void;
  onRefresh: () => void;
  /** What needs a word with the user first. */
  onWish: (wish: Wish) => void;
  onDownload: (name: string) => void;
  onExtract: (name: string) => void;
}

const quiet = { variant: 'default', size: 'compact-md' } satisfies ButtonProps;

/** What can be done in a folder, and with what is selected in it. */
export function Toolbar(props: ToolbarProps) {
  const { selected, onUpload, onRefresh, onWish } = props;
  return (
    <Group gap="xs">
      <Menu>
        <Menu.Target>
          <Button {...quiet} rightSection={<IconChevronDown size={14} />}>
            {words.create}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onWish({ kind: 'file' })}>{words.newFile}</Menu.Item>
          <Menu.Item onClick={() => onWish({ kind: 'folder' })}>{words.newFolder}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <UploadButtons onUpload={onUpload} />
      <Button {...quiet} leftSection={<IconRefresh size={16} />} onClick={onRefresh}>
        {words.refresh}
      </Button>
      {selected.length > 0 && <SelectionButtons {...props} />}
    </Group>
  );
}

function SelectionButtons({ selected, onWish, onDownload, onExtract }: ToolbarProps) {
  const [first] = selected;
  const only = selected.length === 1 && first !== undefined ? first : null;
  return (
    <>
      <Text size="sm" className="quiet figures" role="status">
        {words.selected(selected.length)}
      </Text>
      {only?.type === 'file' && (
        <Button {...quiet} leftSection={<IconDownload size={16} />} onClick={() => onDownload(only.name)}>
          {words.download}
        </Button>
      )}
      {only && (
        <Button {...quiet} onClick={() => onWish({ kind: 'rename', name: only.name })}>
          {words.rename}
        </Button>
      )}
      {only && isArchive(only.name) && (
        <Button {...quiet} onClick={() => onExtract(only.name)}>
          {words.extract}
        </Button>
      )}
      <Button {...quiet} onClick={() => onWish({ kind: 'move' })}>
        {words.move}
      </Button>
      <Button {...quiet} onClick={() => onWish({ kind: 'copy' })}>
        {words.copy}
      </Button>
      <Button {...quiet} onClick={() => onWish({ kind: 'archive' })}>
        {words.archive}
      </Button>
      <Button
        {...quiet}
        variant="outline"
        color="red"
        leftSection={<IconTrash size={16} />}
        onClick={() => onWish({ kind: 'delete' })}
      >
        {words.delete}
      </Button>
    </>
  );
}
