import { Button, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { adoptUnknown, listUnknown, type UnknownServer } from '../../../shared/http/unknown.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../link/api.ts';
import { hostStore } from '../../state/host-store.ts';
import type { Permission } from '../../ui/permission.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { StateMark, stateAppearances } from '../../ui/state-badge.tsx';
import { usePermission } from '../../ui/use-permission.ts';
import { strings } from './strings.ts';

const queryKey = ['host', 'unknown'];

/** What it takes to see and to take up what is nobody's yet. */
const mayAdopt = ({ may, isBound }: Permission): boolean =>
  !isBound && may('system') && may('containers.write');

/** Servers that the host's database has lost (A18); nothing at all where there are none. */
export function LeftBehind() {
  const enabled = mayAdopt(usePermission());
  // What runs is only known with an engine.
  const engine = useStore(hostStore.store, (view) => view.host?.engine.status ?? null);
  const { data } = useQuery({
    queryKey: [...queryKey, engine],
    queryFn: ({ signal }) => api.call(listUnknown, { signal }),
    enabled,
  });
  if (!enabled || !data || data.servers.length === 0) return null;
  return (
    <Stack component="section" gap="xs" aria-labelledby="left-behind-heading">
      <Title order={2} id="left-behind-heading">
        {strings.leftBehind}
      </Title>
      <Text size="sm" className="quiet">
        {strings.leftBehindHelp}
      </Text>
      <ul className="surface attention">
        {data.servers.map((server) => (
          <Item key={server.internal_id} server={server} />
        ))}
      </ul>
    </Stack>
  );
}

function Item({ server }: { server: UnknownServer }) {
  const { internal_id: id, running, adoptable, problem, image } = server;
  const name = server.name ?? id;
  const adopt = useMutation({
    async mutationFn() {
      const { problems } = await api.call(adoptUnknown, { body: { servers: [id] } });
      const [found] = problems;
      if (found) throw new Error(found.problem);
    },
    onError: (error) => showFailure(error),
    onSettled: () => queryClient.invalidateQueries({ queryKey }),
  });
  return (
    <li>
      <StateMark appearance={stateAppearances[running ? 'running' : 'unknown']} size={12} />
      <div className="what">
        <Text size="sm" fw={500}>
          {running ? strings.runsUnknown(name) : strings.isUnknown(name)}
        </Text>
        <Text size="sm" className="quiet">
          {problem === null ? image : hostText(problem)}
        </Text>
      </div>
      {adoptable && (
        <Button
          size="compact-sm"
          loading={adopt.isPending}
          onClick={() => adopt.mutate()}
          aria-label={`${strings.takeUp}: ${name}`}
        >
          {strings.takeUp}
        </Button>
      )}
    </li>
  );
}
