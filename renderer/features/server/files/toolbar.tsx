import { Button, Group, Loader, Menu, Text } from '@mantine/core';
import { IconChevronDown, IconDownload, IconRefresh, IconTrash, IconUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import type { FileEntry } from '../../../../shared/http/files.ts';
import { ArchiveDialog } from './archive-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { type PickedFile, pickedFiles } from './dropped-files.ts';
import { NameDialog, type NameWish } from './name-dialog.tsx';
import { freeName, isArchive, join } from './paths.ts';
import { useFileWork } from './use-file-work.ts';
import { words } from './words.ts';

interface ToolbarProps {
  server: string;
  volume: string;
  path: string;
  entries: readonly FileEntry[];
  selected: readonly FileEntry[];
  onUpload: (picked: () => PickedFile[]) => void;
  onRefresh: () => void;
  /** The selection is used up. */
  onDone: () => void;
}

/** What can be done in a folder, and with what is selected in it. */
export function Toolbar({
  server,
  volume,
  path,
  entries,
  selected,
  onUpload,
  onRefresh,
  onDone,
}: ToolbarProps) {
  const [naming, setNaming] = useState<NameWish | null>(null);
  const [asks, setAsks] = useState<'delete' | 'archive' | null>(null);
  const work = useFileWork({ server, volume, path, onDone });
  const taken = new Set(entries.map(({ name }) => name));
  const [only] = selected;
  const isOne = selected.length === 1 && only !== undefined;
  return (
    <Group gap="xs">
      <NewMenu onName={setNaming} />
      <UploadButtons onUpload={onUpload} />
      <Button variant="default" size="compact-md" leftSection={<IconRefresh size={16} />} onClick={onRefresh}>
        {words.refresh}
      </Button>
      {selected.length > 0 && (
        <>
          <Text size="sm" className="quiet figures" role="status">
            {words.selected(selected.length)}
          </Text>
          {isOne && only.type === 'file' && (
            <Button
              variant="default"
              size="compact-md"
              leftSection={<IconDownload size={16} />}
              onClick={() => void work.download(join(path, only.name))}
            >
              {words.download}
            </Button>
          )}
          {isOne && (
            <Button
              variant="default"
              size="compact-md"
              onClick={() => setNaming({ kind: 'rename', name: only.name })}
            >
              {words.rename}
            </Button>
          )}
          {isOne && isArchive(only.name) && (
            <Button
              variant="default"
              size="compact-md"
              onClick={() =>
                work.extract(only.name, freeName(only.name.replace(/\.(zip|tgz|tar(\.\w+)?)$/i, ''), taken))
              }
            >
              {words.extract}
            </Button>
          )}
          <Button variant="default" size="compact-md" onClick={() => setAsks('archive')}>
            {words.archive}
          </Button>
          <Button
            variant="outline"
            color="red"
            size="compact-md"
            leftSection={<IconTrash size={16} />}
            onClick={() => setAsks('delete')}
          >
            {words.delete}
          </Button>
        </>
      )}
      {work.running !== null && (
        <Group gap="xs" role="status">
          <Loader size="xs" />
          <Text size="sm">{words.working(work.running)}</Text>
          <Button size="compact-sm" variant="default" onClick={work.cancel}>
            {words.cancel}
          </Button>
        </Group>
      )}
      <NameDialog
        wish={naming}
        taken={taken}
        onClose={() => setNaming(null)}
        onName={(wish, name) => work.name(wish, name)}
      />
      <DeleteDialog
        opened={asks === 'delete'}
        names={selected.map(({ name }) => name)}
        onClose={() => setAsks(null)}
        onConfirm={() => work.remove(selected.map(({ name }) => name))}
      />
      <ArchiveDialog
        opened={asks === 'archive'}
        taken={taken}
        suggestion={isOne ? only.name.replace(/\.[^.]+$/, '') : 'archive'}
        onClose={() => setAsks(null)}
        onConfirm={(output, format) =>
          work.archive({ output, format, names: selected.map(({ name }) => name) })
        }
      />
    </Group>
  );
}

function NewMenu({ onName }: { onName: (wish: NameWish) => void }) {
  return (
    <Menu>
      <Menu.Target>
        <Button variant="default" size="compact-md" rightSection={<IconChevronDown size={14} />}>
          {words.create}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onName({ kind: 'file' })}>{words.newFile}</Menu.Item>
        <Menu.Item onClick={() => onName({ kind: 'folder' })}>{words.newFolder}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function UploadButtons({ onUpload }: { onUpload: (picked: () => PickedFile[]) => void }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement): void => {
    // Emptying the field, so that the same files can be chosen again, empties its list as well.
    const chosen = [...(input.files ?? [])];
    input.value = '';
    if (chosen.length > 0) onUpload(() => pickedFiles(chosen));
  };
  return (
    <>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={words.upload}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={folder}
        type="file"
        hidden
        aria-label={words.uploadFolder}
        {...{ webkitdirectory: '' }}
        onChange={(event) => take(event.currentTarget)}
      />
      <Button size="compact-md" leftSection={<IconUpload size={16} />} onClick={() => files.current?.click()}>
        {words.upload}
      </Button>
      <Button variant="default" size="compact-md" onClick={() => folder.current?.click()}>
        {words.uploadFolder}
      </Button>
    </>
  );
}
