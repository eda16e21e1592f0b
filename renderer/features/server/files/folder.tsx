import { Alert, Anchor, Breadcrumbs, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { Link } from 'wouter';
import { type FileEntry, listFiles } from '../../../../shared/http/files.ts';
import { getVolumeQuota } from '../../../../shared/http/volumes.ts';
import { api } from '../../../link/api.ts';
import { ApiError } from '../../../link/http-client.ts';
import { bytes } from '../../../ui/format.ts';
import { AskExisting } from './ask-existing.tsx';
import { droppedFiles, type PickedFile } from './dropped-files.ts';
import { FileTable } from './file-table.tsx';
import { crumbs, freeName, join, toAddress } from './paths.ts';
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
  const [asked, setAsked] = useState<PickedFile[] | null>(null);
  const [isOver, setOver] = useState(false);
  const list = useQuery({
    queryKey: ['files', volume, path],
    queryFn: ({ signal }) => api.call(listFiles, { params: { id: volume }, query: { path }, signal }),
    staleTime: 0,
  });
  const entries = list.data?.files ?? [];
  const names = new Set(entries.map(({ name }) => name));
  const send = (files: readonly PickedFile[]): void =>
    uploadQueue.add(
      volume,
      files.map((one) => ({ file: one.file, path: join(path, one.path) })),
    );
  /** Only the top names are asked about: what is deeper is merged into folders of the same name. */
  const upload = (files: PickedFile[]): void => {
    if (files.some((one) => names.has(topOf(one)))) setAsked(files);
    else send(files);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void droppedFiles(event.dataTransfer.items).then(upload);
  };
  if (list.error) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
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
        onUpload={upload}
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
        names={asked === null ? null : [...new Set(asked.map(topOf).filter((name) => names.has(name)))]}
        onAnswer={(answer) => {
          if (asked && answer === 'replace') send(asked);
          if (asked && answer === 'skip') send(asked.filter((one) => !names.has(topOf(one))));
          if (asked && answer === 'keep') send(asked.map((one) => renamed(one, names)));
          setAsked(null);
        }}
      />
    </Stack>
  );
}

const topOf = ({ path }: PickedFile): string => path.split('/')[0] ?? '';

function renamed(one: PickedFile, taken: ReadonlySet<string>): PickedFile {
  const [top = '', ...rest] = one.path.split('/');
  return { ...one, path: [freeName(top, taken), ...rest].join('/') };
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

function Failed({ error, onRetry }: { error: Error; onRetry: () => void }) {
  const isRefused = error instanceof ApiError && error.status === 403;
  return (
    <Alert color={isRefused ? 'gray' : 'red'} title={words.cantLoad} role="alert">
      <Group>
        <Text size="sm">{isRefused ? words.notPermitted : error.message}</Text>
        {!isRefused && (
          <Button size="compact-sm" variant="default" onClick={onRetry}>
            {words.retry}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
