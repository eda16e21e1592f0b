import { Anchor, Breadcrumbs, Group, Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { Link } from 'wouter';
import { type FileEntry, listFiles } from '../../../../shared/http/files.ts';
import { getVolumeQuota } from '../../../../shared/http/volumes.ts';
import { api } from '../../../link/api.ts';
import { bytes } from '../../../ui/format.ts';
import { QueryTrouble } from '../../../ui/query-trouble.tsx';
import { type Answer, AskExisting } from './ask-existing.tsx';
import { droppedFiles, type PickedFile } from './dropped-files.ts';
import { FileTable } from './file-table.tsx';
import { crumbs, freeNames, join, toAddress } from './paths.ts';
import { Toolbar } from './toolbar.tsx';
import { uploadQueue } from './uploads.tsx';
import { words } from './words.ts';

export interface FolderProps {
  server: string;
  volume: string;
  /** '' is the root. */
  path: string;
}

const mebibyte = 1024 * 1024;

/** One folder: what is in it, what can be done with it, and a place to drop files onto. */
export function Folder({ server, volume, path }: FolderProps) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<{ files: PickedFile[]; there: ReadonlySet<string> } | null>(null);
  const [isOver, setOver] = useState(false);
  const list = useQuery({
    queryKey: ['files', volume, path],
    queryFn: ({ signal }) => api.call(listFiles, { params: { id: volume }, query: { path }, signal }),
    staleTime: 0,
  });
  const entries = list.data?.files ?? [];
  const send = (files: readonly PickedFile[]): void =>
    uploadQueue.add(
      volume,
      files.map((one) => ({ file: one.file, path: join(path, one.path) })),
    );
  /**
   * Only the top names are asked about: what is deeper is merged into folders of the same name. They are compared with what
   * the folder has now, not with a list that may be old or not there yet.
   */
  const upload = async (picked: () => PickedFile[] | Promise<PickedFile[]>): Promise<void> => {
    try {
      const files = await picked();
      const { files: now } = await api.call(listFiles, { params: { id: volume }, query: { path } });
      const there = new Set(now.map(({ name }) => name));
      if (files.some((one) => there.has(topOf(one)))) setAsked({ files, there });
      else send(files);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      notifications.show({ color: 'red', title: words.failed, message });
    }
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const dropped = droppedFiles(event.dataTransfer.items);
    void upload(() => dropped);
  };
  if (list.error)
    return <QueryTrouble error={list.error} what={words.seeFiles} onRetry={() => void list.refetch()} />;
  return (
    <Stack
      component="section"
      className="surface drop-zone"
      p="md"
      gap="sm"
      aria-label={words.root}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Group justify="space-between">
        <Crumbs server={server} path={path} />
        <Fullness volume={volume} />
      </Group>
      <Toolbar
        server={server}
        volume={volume}
        path={path}
        entries={entries}
        selected={entries.filter(({ name }) => selected.has(name))}
        onUpload={(picked) => void upload(picked)}
        onRefresh={() => void list.refetch()}
        onDone={() => setSelected(new Set())}
      />
      {list.data && (
        <FileTable
          entries={entries}
          selected={selected}
          onSelect={setSelected}
          addressOf={(entry) => addressOf(server, path, entry)}
        />
      )}
      <Text size="sm" className="quiet">
        {list.data && entries.length === 0 ? words.empty : words.drop}
      </Text>
      <AskExisting
        names={asked && [...new Set(asked.files.map(topOf).filter((name) => asked.there.has(name)))]}
        onAnswer={(answer) => {
          if (asked) send(answered(answer, asked.files, asked.there));
          setAsked(null);
        }}
      />
    </Stack>
  );
}

const topOf = ({ path }: PickedFile): string => path.split('/')[0] ?? '';

function answered(answer: Answer, files: PickedFile[], there: ReadonlySet<string>): PickedFile[] {
  switch (answer) {
    case 'replace':
      return files;
    case 'skip':
      return files.filter((one) => !there.has(topOf(one)));
    case 'keep': {
      const names = freeNames(files.map(topOf), there);
      return files.map((one) => ({
        ...one,
        path: one.path.replace(/^[^/]*/, (top) => names.get(top) ?? top),
      }));
    }
    case 'cancel':
      return [];
  }
}

function addressOf(server: string, folder: string, { name, type }: FileEntry): string {
  const address = `/servers/${server}/files/${toAddress(join(folder, name))}`;
  return type === 'directory' ? address : `${address}?edit`;
}

export function Crumbs({ server, path }: { server: string; path: string }) {
  const parts = [{ name: words.root, path: '' }, ...crumbs(path)];
  return (
    <Breadcrumbs component="nav" aria-label={words.where} style={{ flexWrap: 'wrap' }}>
      {parts.map((part) =>
        part.path === path ? (
          <Text key={part.path} size="sm" fw={600} aria-current="page">
            {part.name}
          </Text>
        ) : (
          <Anchor
            key={part.path}
            component={Link}
            href={`/servers/${server}/files${part.path === '' ? '' : `/${toAddress(part.path)}`}`}
            size="sm"
          >
            {part.name}
          </Anchor>
        ),
      )}
    </Breadcrumbs>
  );
}

function Fullness({ volume }: { volume: string }) {
  const quota = useQuery({
    queryKey: ['quota', volume],
    queryFn: ({ signal }) => api.call(getVolumeQuota, { params: { id: volume }, signal }),
  });
  if (!quota.data) return null;
  const { used_mb, size_mb, percentage_used } = quota.data;
  const text = words.full(bytes(used_mb * mebibyte), bytes(size_mb * mebibyte));
  return (
    <Group gap="xs" wrap="nowrap">
      <Progress value={percentage_used} w={80} aria-label={text} />
      <Text size="sm" className="quiet figures">
        {text}
      </Text>
    </Group>
  );
}
