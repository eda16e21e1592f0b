import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { IconRefresh, IconX } from '@tabler/icons-react';
import { useStore } from 'zustand';
import { queryClient } from '../../../../link/api.ts';
import { bytes } from '../../../../ui/format.ts';
import { IconAction } from '../../../../ui/icon-action.tsx';
import { nameOf } from '../paths.ts';
import { strings } from '../strings.ts';
import { beforeUnloadGuard } from './before-unload-guard.ts';
import { sendFile } from './send-file.ts';
import { type Upload, UploadQueue } from './upload-queue.ts';

/** All uploads of this page; they go on while the user looks at something else. */
export const uploadQueue = new UploadQueue({
  send: sendFile,
  onBusy: beforeUnloadGuard(),
  width: 4,
  onArrived(volume) {
    void queryClient.invalidateQueries({ queryKey: ['files', volume] });
    void queryClient.invalidateQueries({ queryKey: ['quota', volume] });
  },
});

/** Rows that are shown at once: those that move first. */
const maxRows = 8;
const order: Record<Upload['state'], number> = { failed: 0, sending: 1, waiting: 2, cancelled: 3, done: 4 };

/** How far the uploads into this volume are. Nothing without any. */
export function Uploads({ volume }: { volume: string }) {
  const all = useStore(uploadQueue.store, ({ uploads }) => uploads);
  const uploads = all.filter((one) => one.volume === volume);
  if (uploads.length === 0) return null;
  const counted = uploads.filter(({ state }) => state !== 'cancelled');
  const total = counted.reduce((sum, { file }) => sum + file.size, 0);
  const sent = counted.reduce((sum, one) => sum + one.sent, 0);
  const done = counted.filter(({ state }) => state === 'done').length;
  const isBusy = uploads.some(({ state }) => state === 'waiting' || state === 'sending');
  const rows = uploads.toSorted((a, b) => order[a.state] - order[b.state]).slice(0, maxRows);
  return (
    <Stack component="section" className="surface upload-dock" p="md" gap="sm" aria-label={strings.uploads}>
      <Group justify="space-between">
        <Text size="sm" className="figures" role="status">
          {strings.overall(done, counted.length)} · {strings.uploading(bytes(sent), bytes(total))}
        </Text>
        {isBusy ? (
          <Button size="compact-sm" variant="default" onClick={() => uploadQueue.cancelAll()}>
            {strings.cancelAll}
          </Button>
        ) : (
          <Button size="compact-sm" variant="default" onClick={() => uploadQueue.clear()}>
            {strings.clear}
          </Button>
        )}
      </Group>
      <Progress value={total === 0 ? 100 : (sent / total) * 100} aria-label={strings.uploads} />
      {rows.map((upload) => (
        <UploadRow key={upload.id} upload={upload} />
      ))}
      {uploads.length > rows.length && (
        <Text size="sm" className="quiet">
          {strings.more(uploads.length - rows.length)}
        </Text>
      )}
    </Stack>
  );
}

function UploadRow({ upload }: { upload: Upload }) {
  const { id, path, state, sent, file, problem } = upload;
  const name = nameOf(path);
  const percent = file.size === 0 ? 0 : Math.floor((sent / file.size) * 100);
  const stateTexts = {
    waiting: strings.waiting,
    sending: `${percent} %`,
    done: strings.done,
    failed: problem ?? '',
    cancelled: strings.cancelled,
  };
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" className="ellipsis" style={{ flex: 1 }} title={path}>
        {path}
      </Text>
      <Text size="sm" className="figures" c={state === 'failed' ? 'var(--state-bad)' : 'var(--quiet)'}>
        {stateTexts[state]}
      </Text>
      {(state === 'waiting' || state === 'sending') && (
        <IconAction size="sm" label={strings.cancelOne(name)} onClick={() => uploadQueue.cancel(id)}>
          <IconX size={14} />
        </IconAction>
      )}
      {(state === 'failed' || state === 'cancelled') && (
        <IconAction size="sm" label={strings.retryOne(name)} onClick={() => uploadQueue.retry(id)}>
          <IconRefresh size={14} />
        </IconAction>
      )}
    </Group>
  );
}
