import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UpdateState } from '../../../shared/model/update.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { desktopApp } from '../../link/desktop.ts';
import { moment } from '../../ui/format.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { useChangePreferences, usePreferences } from '../../ui/use-preferences.ts';
import { desktopStrings as strings } from './desktop-strings.ts';

const key = ['desktop', 'updates'];
/** How often a download is looked at, in ms: nothing tells the page when it is through. */
const whileBusyMs = 2000;

const isBusy = ({ state }: UpdateState): boolean => state === 'looking' || state === 'downloading';

/** New versions of the app: what is known, looking now, what it brings, and not being told of one. */
export function UpdateSection() {
  const app = desktopApp();
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: key,
    queryFn: () => app?.updates() ?? null,
    refetchInterval: ({ state: { data: known } }) => (known && isBusy(known) ? whileBusyMs : false),
  });
  const look = useMutation({
    mutationFn: async () => (await app?.lookForUpdate()) ?? null,
    onSuccess: (found) => client.setQueryData(key, found),
    onError: showFailure,
  });
  const install = useMutation({ mutationFn: async () => app?.installUpdate(), onError: showFailure });
  if (!data) return null;
  if (data.state === 'off')
    return (
      <Text size="sm" className="quiet">
        {strings.updatesOff}
      </Text>
    );
  return (
    <Stack gap="xs">
      <Text size="sm" role="status">
        {wordsOf(data)}
      </Text>
      {data.notes !== null && (
        <details>
          <summary>{strings.updateNotes}</summary>
          <Text size="sm" mt="xs" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {data.notes}
          </Text>
        </details>
      )}
      <Group gap="sm">
        <Button variant="default" loading={look.isPending} onClick={() => look.mutate()}>
          {strings.updateLook}
        </Button>
        {data.state === 'ready' && (
          <Button loading={install.isPending} onClick={() => install.mutate()}>
            {strings.updateInstall}
          </Button>
        )}
        {data.version !== null && <Skip version={data.version} />}
      </Group>
    </Stack>
  );
}

/** A version that is skipped is still to be had here; it only isn't told of. */
function Skip({ version }: { version: string }) {
  const { data: preferences } = usePreferences();
  const change = useChangePreferences();
  if (!preferences) return null;
  const isSkipped = preferences.skipped_version === version;
  return (
    <Button
      variant="default"
      loading={change.isPending}
      onClick={() => change.mutate({ skipped_version: isSkipped ? null : version })}
    >
      {isSkipped ? strings.updateUnskip : strings.updateSkip}
    </Button>
  );
}

function wordsOf({ state, version, looked_at, problem }: UpdateState): string {
  const at = looked_at === null ? '' : strings.updateLookedAt(moment(looked_at));
  switch (state) {
    case 'off':
      return strings.updatesOff;
    case 'looking':
      return strings.updateLooking;
    case 'current':
      return `${strings.updateCurrent} ${at}`;
    case 'downloading':
      return strings.updateDownloading(version ?? '');
    case 'available':
      return strings.updateAvailable(version ?? '');
    case 'ready':
      return strings.updateReady(version ?? '');
    case 'failed':
      return `${strings.updateFailed(hostText(problem ?? ''))} ${at}`;
  }
}
