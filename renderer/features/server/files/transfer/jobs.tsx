import { Button, Group, Loader, Progress, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useStore } from 'zustand';
import { DelayedFallback } from '../../../../ui/delayed-fallback.tsx';
import { bytes } from '../../../../ui/format.ts';
import { useServer } from '../../server-context.ts';
import { strings } from '../strings.ts';
import { beforeUnloadGuard } from './before-unload-guard.ts';
import { type FileJob, FileJobs } from './file-jobs.ts';

export const fileJobs = new FileJobs({
  onBusy: beforeUnloadGuard(),
  onTrouble: (message) => void notifications.show({ color: 'red', title: strings.failed, message }),
});

/** What the host is doing with this volume's files for this page. Nothing without any, or for what is done in a moment. */
export function Jobs({ volume }: { volume: string }) {
  const jobs = useStore(fileJobs.store, ({ jobs }) => jobs).filter((job) => job.volume === volume);
  return jobs.map((job) => (
    <DelayedFallback key={job.id}>
      <Stack component="section" className="surface" p="md" gap="sm" aria-label={job.what}>
        <Group justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap" miw={0}>
            <Loader size="xs" aria-hidden="true" />
            <Text size="sm" className="ellipsis" role="status" title={job.what}>
              {strings.working(job.what)}
            </Text>
          </Group>
          <Button
            size="compact-sm"
            variant="default"
            style={{ flexShrink: 0 }}
            onClick={() => fileJobs.cancel(job.id)}
          >
            {strings.cancel}
          </Button>
        </Group>
        {job.isReported ? (
          <HostProgress what={job.what} />
        ) : (
          job.steps && <Steps what={job.what} steps={job.steps} />
        )}
      </Stack>
    </DelayedFallback>
  ));
}

function Steps({ what, steps }: { what: string; steps: NonNullable<FileJob['steps']> }) {
  const { done, total } = steps;
  return <Bar what={what} share={total === 0 ? 0 : done / total} text={strings.steps(done, total)} />;
}

/** As far as the host tells on the server's socket. A volume works on one archive at a time, so it is about this one. */
function HostProgress({ what }: { what: string }) {
  const { store } = useServer();
  const progress = useStore(store, (view) => view.progress);
  // The last one's end may still be there.
  const [before] = useState(progress);
  if (progress === null || progress === before || progress.phase !== 'archive') return null;
  const { current, total } = progress;
  if (total === null) return <Bar what={what} share={null} text={bytes(current)} />;
  const share = total === 0 ? 1 : Math.min(1, current / total);
  return (
    <Bar
      what={what}
      share={share}
      text={strings.share(Math.floor(share * 100), bytes(current), bytes(total))}
    />
  );
}

/** `share` from 0 to 1; null if nobody knows. */
function Bar({ what, share, text }: { what: string; share: number | null; text: string }) {
  return (
    <Group gap="md" wrap="nowrap">
      <Progress value={(share ?? 1) * 100} animated={share === null} aria-label={what} style={{ flex: 1 }} />
      <Text size="sm" className="quiet figures">
        {text}
      </Text>
    </Group>
  );
}
