import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { makeBackup } from '../../../../shared/http/backups.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { powerActionsIn } from '../../../../shared/model/power.ts';
import type { PowerAction } from '../../../../shared/protocol/client-events.ts';
import { api } from '../../../link/api.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { power } from '../../../ui/power.ts';
import { powerStrings } from '../../../ui/power-strings.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { strings } from '../strings.ts';
import { TagsDialog } from './tags-dialog.tsx';

/** Servers that are asked at the same time. */
const width = 4;

/** Does something with each, a few at a time, in their order. What fails is told by whoever does it. */
async function withEach<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const rest = [...all];
  const worker = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

const actions = ['start', 'stop', 'restart'] as const satisfies readonly PowerAction[];

/** Begins a backup of each; one that can't be begun is told. */
function useBackups(servers: readonly ServerSummary[]) {
  return useMutation({
    mutationFn: () =>
      withEach(servers, async ({ internal_id: id, name }) => {
        try {
          await api.call(makeBackup, { params: { id }, body: {} });
        } catch (error) {
          showFailure(error, strings.notBackedUp(name));
        }
      }),
    onSuccess: () => notifications.show({ message: strings.backupsBegun }),
  });
}

/** What can be done with all servers that are chosen; each button is for those of them that it fits. */
export function ChosenBar({ servers, onDone }: { servers: readonly ServerSummary[]; onDone: () => void }) {
  const { may } = usePermission();
  const [asked, setAsked] = useState<'stop' | 'restart' | null>(null);
  const [isTagging, setTagging] = useState(false);
  const fitting = (action: PowerAction): ServerSummary[] =>
    servers.filter(
      ({ internal_id: id, state }) => may('power', id) && powerActionsIn(state).includes(action),
    );
  const work = useMutation({
    mutationFn: (action: PowerAction) =>
      withEach(fitting(action), ({ internal_id }) => power(internal_id, action)),
  });
  const backed = servers.filter(({ internal_id: id }) => may('backups', id));
  const backup = useBackups(backed);
  const tagged = servers.filter(({ internal_id: id }) => may('containers.write', id));
  return (
    <Group gap="xs" role="toolbar" aria-label={strings.chosenActions} className="surface chosen-bar">
      <Text size="sm" fw={500} role="status" className="figures">
        {strings.chosen(servers.length)}
      </Text>
      {actions.map((action) => {
        const { length } = fitting(action);
        return (
          <Button
            key={action}
            size="compact-sm"
            variant="default"
            disabled={length === 0}
            loading={work.isPending && work.variables === action}
            onClick={() => (action === 'start' ? work.mutate(action) : setAsked(action))}
          >
            {strings.actOn[action](length)}
          </Button>
        );
      })}
      <Button
        size="compact-sm"
        variant="default"
        disabled={backed.length === 0}
        loading={backup.isPending}
        onClick={() => backup.mutate()}
      >
        {strings.backUp}
      </Button>
      <Button
        size="compact-sm"
        variant="default"
        disabled={tagged.length === 0}
        onClick={() => setTagging(true)}
      >
        {strings.tags}
      </Button>
      <Button size="compact-sm" variant="subtle" ml="auto" onClick={onDone}>
        {strings.chooseNone}
      </Button>
      {isTagging && <TagsDialog servers={tagged} onClose={() => setTagging(false)} />}
      <Confirm
        opened={asked !== null}
        onClose={() => setAsked(null)}
        onConfirm={() => {
          if (asked) work.mutate(asked);
          setAsked(null);
        }}
        title={asked ? strings.askMany[asked](fitting(asked).length) : ''}
        action={asked ? powerStrings[asked] : ''}
      >
        {strings.askManyText}
      </Confirm>
    </Group>
  );
}
