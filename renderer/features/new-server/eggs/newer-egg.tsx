import { Alert, Button, Checkbox, Group, List, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { ApiError } from '../../../../client/http-client.ts';
import { errorText } from '../../../../shared/error-text.ts';
import { checkEgg } from '../../../../shared/http/egg-versions.ts';
import { type EggEntry, importEgg } from '../../../../shared/http/eggs.ts';
import type { ReplyOf } from '../../../../shared/http/route.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { EggDifference } from '../../../ui/egg-difference.tsx';
import { showFailure } from '../../../ui/show-failure.ts';
import { eggsKey } from './eggs-key.ts';
import { strings } from './strings.ts';

type Checked = ReplyOf<typeof checkEgg>;

/** Asks the place where an egg is from for its newest version. */
export function useNewerEgg(id: string) {
  return useMutation({
    mutationFn: (allow_private: boolean) => api.call(checkEgg, { params: { id }, body: { allow_private } }),
  });
}

/** What came of it, and the way to take it. Nothing as long as nobody has asked. */
export function NewerEgg({ entry, checking }: { entry: EggEntry; checking: ReturnType<typeof useNewerEgg> }) {
  const { data, error } = checking;
  if (error) return <Trouble error={error} onAllow={() => checking.mutate(true)} />;
  if (!data) return null;
  if (data.text === null)
    return (
      <Text size="sm" role="status" className="wrapped">
        {strings.newest(data.url)}
      </Text>
    );
  return <Newer entry={entry} checked={data} text={data.text} onDone={() => checking.reset()} />;
}

/** Where that is for its being in one's own network, one can say that it is meant. */
function Trouble({ error, onAllow }: { error: Error; onAllow: () => void }) {
  const isPrivate = error instanceof ApiError && error.status === 409;
  return (
    <Alert color="red" role="alert" title={strings.notChecked}>
      <Stack gap="sm">
        <Text size="sm" className="wrapped">
          {hostText(errorText(error))}
        </Text>
        {isPrivate && <Checkbox label={strings.allowPrivate} checked={false} onChange={onAllow} />}
      </Stack>
    </Alert>
  );
}

interface NewerProps {
  entry: EggEntry;
  checked: Checked;
  text: string;
  onDone: () => void;
}

function Newer({ entry, checked: { url, outcome, changes, notes }, text, onDone }: NewerProps) {
  const taking = useMutation({
    mutationFn: () => api.call(importEgg, { body: { text, source: entry.source } }),
    async onSuccess() {
      notifications.show({ message: strings.taken });
      await queryClient.invalidateQueries({ queryKey: eggsKey });
      onDone();
    },
    onError: (error) => showFailure(error, strings.notTaken),
  });
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={strings.newerTitle}>
      <Text size="sm" className="wrapped" role="status">
        {outcome === 'older' ? strings.olderThere(url) : strings.newerThere(url)}
      </Text>
      <EggDifference changes={changes} />
      {notes.length > 0 && (
        <Stack gap={4}>
          <Text size="sm">{strings.noted}</Text>
          <List size="sm" className="wrapped">
            {[...new Set(notes)].map((note) => (
              <List.Item key={note}>{hostText(note)}</List.Item>
            ))}
          </List>
        </Stack>
      )}
      <Text size="sm" className="quiet">
        {strings.takeHelp}
      </Text>
      <Group gap="sm">
        <Button size="compact-sm" loading={taking.isPending} onClick={() => taking.mutate()}>
          {strings.take}
        </Button>
        <Button size="compact-sm" variant="default" onClick={onDone}>
          {strings.leaveIt}
        </Button>
      </Group>
    </Stack>
  );
}
