import { Group, Progress, Stack, Text } from '@mantine/core';
import { useStore } from 'zustand';
import type { DaemonMessage } from '../../../state/server-store.ts';
import { bytes, moment } from '../../../ui/format.ts';
import { useServer } from '../server-context.ts';

/** Messages that an error stays in sight for. */
const shownMessages = 4;
const isError = ({ text }: DaemonMessage): boolean => text.startsWith('Error');

function Message({ message }: { message: DaemonMessage }) {
  return (
    <Text
      size="sm"
      className="figures"
      role="status"
      c={isError(message) ? 'var(--state-bad)' : 'var(--quiet)'}
    >
      {moment(message.at)} {message.text}
    </Text>
  );
}

/** What the host says about this server: long work with its progress, and its last words. */
export function Messages() {
  const { store } = useServer();
  const progress = useStore(store, (view) => view.progress);
  const last = useStore(store, (view) => view.messages.at(-1) ?? null);
  // What went wrong isn't pushed away by what went well right after it.
  const error = useStore(store, (view) => view.messages.slice(-shownMessages, -1).findLast(isError) ?? null);
  return (
    <Stack gap={4}>
      {progress && (
        <Stack gap={4} className="surface" p="sm" role="status">
          <Group justify="space-between">
            <Text size="sm">{progress.text}</Text>
            {progress.total !== null && (
              <Text size="sm" className="figures">
                {bytes(progress.current)} / {bytes(progress.total)}
              </Text>
            )}
          </Group>
          <Progress
            value={progress.total ? (progress.current / progress.total) * 100 : 100}
            animated={progress.total === null}
            aria-label={progress.text}
          />
        </Stack>
      )}
      {error && <Message message={error} />}
      {last && <Message message={last} />}
    </Stack>
  );
}
