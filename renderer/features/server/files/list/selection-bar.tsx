import { Button, type ButtonProps, Group, Text } from '@mantine/core';
import { IconDownload, IconTrash } from '@tabler/icons-react';
import type { FileEntry } from '../../../../../shared/http/files.ts';
import type { FileDialogRequest } from '../dialogs/file-dialogs.tsx';
import { isArchive } from '../paths.ts';
import { strings } from '../strings.ts';

interface SelectionBarProps {
  /** How many entries the folder has. */
  count: number;
  mayChange: boolean;
  selected: readonly FileEntry[];
  /** What needs a word with the user first. */
  onAsk: (request: FileDialogRequest) => void;
  onDownload: (entries: readonly FileEntry[]) => void;
  onExtract: (name: string) => void;
}

const quiet = { variant: 'default', size: 'compact-sm' } satisfies ButtonProps;

/** What can be done with what is selected. It keeps its place without any, so that the list stays where it is under a double click. */
export function SelectionBar({
  count,
  mayChange,
  selected,
  onAsk,
  onDownload,
  onExtract,
}: SelectionBarProps) {
  const [first] = selected;
  const only = selected.length === 1 && first !== undefined ? first : null;
  return (
    <Group gap="xs" mih={26}>
      <Text size="sm" className="quiet figures" role="status">
        {selected.length === 0 ? strings.counted(count) : strings.selected(selected.length)}
      </Text>
      {selected.length > 0 && (
        <Button {...quiet} leftSection={<IconDownload size={16} />} onClick={() => onDownload(selected)}>
          {strings.download}
        </Button>
      )}
      {mayChange && only && (
        <Button {...quiet} onClick={() => onAsk({ kind: 'rename', name: only.name })}>
          {strings.rename}
        </Button>
      )}
      {mayChange && only && isArchive(only.name) && (
        <Button {...quiet} onClick={() => onExtract(only.name)}>
          {strings.extract}
        </Button>
      )}
      {mayChange && selected.length > 0 && (
        <>
          <Button {...quiet} onClick={() => onAsk({ kind: 'move' })}>
            {strings.move}
          </Button>
          <Button {...quiet} onClick={() => onAsk({ kind: 'copy' })}>
            {strings.copy}
          </Button>
          <Button {...quiet} onClick={() => onAsk({ kind: 'archive' })}>
            {strings.archive}
          </Button>
          <Button
            {...quiet}
            variant="outline"
            color="red"
            leftSection={<IconTrash size={16} />}
            onClick={() => onAsk({ kind: 'delete' })}
          >
            {strings.delete}
          </Button>
        </>
      )}
    </Group>
  );
}
