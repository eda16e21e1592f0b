import { Group, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import type { ServerSummary } from '../../../shared/model/host.ts';
import { loadPart } from '../../ui/load-part.ts';
import { Loading } from '../../ui/loading.tsx';
import { ServerCard } from './server-card.tsx';
import { rankOf, tableFrom } from './server-order.ts';
import { strings } from './strings.ts';

/** Only who has many servers needs it. */
const ServerTable = lazy(loadPart(() => import('./table/server-table.tsx')));

/** All servers: a few as cards, many as a table. */
export function Servers({ servers }: { servers: readonly ServerSummary[] }) {
  const running = servers.filter(({ state }) => state === 'running').length;
  return (
    <Stack component="section" gap="xs" aria-labelledby="cards-heading">
      <Group justify="space-between">
        <Title order={2} id="cards-heading">
          {strings.servers}
        </Title>
        <Text size="sm" className="quiet figures">
          {strings.running(running, servers.length)}
        </Text>
      </Group>
      {servers.length < tableFrom ? (
        <div className="card-grid">
          {/* Within a rank the order of names stays, so that nothing jumps. */}
          {servers
            .toSorted((a, b) => rankOf(a) - rankOf(b))
            .map((server) => (
              <ServerCard key={server.internal_id} server={server} />
            ))}
        </div>
      ) : (
        <Suspense fallback={<Loading what={strings.waiting} />}>
          <ServerTable servers={servers} />
        </Suspense>
      )}
    </Stack>
  );
}
