import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { endSession, listSessions, type SessionView } from '../../../shared/http/sessions.ts';
import { api } from '../../link/api.ts';
import { ApiError } from '../../link/http-client.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { words } from './strings.ts';

const key = ['sessions'];

/** Who was let in by a link. */
export function Sessions() {
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.call(listSessions, { signal }),
    staleTime: 0,
  });
  const client = useQueryClient();
  const [ending, setEnding] = useState<SessionView | null>(null);
  const end = useMutation({
    mutationFn: (id: string) => api.call(endSession, { params: { id } }),
    onSettled: () => {
      setEnding(null);
      return client.invalidateQueries({ queryKey: key });
    },
  });
  const isForbidden = query.error instanceof ApiError && query.error.status === 403;
  return (
    <Section title={words.sessions}>
      {isForbidden && (
        <Text size="sm" className="quiet">
          {words.sessionsForMaster}
        </Text>
      )}
      {query.error && !isForbidden && (
        <QueryTrouble error={query.error} what="seeing sessions" onRetry={() => void query.refetch()} />
      )}
      {query.data?.sessions.length === 0 && (
        <Text size="sm" className="quiet">
          {words.noSessions}
        </Text>
      )}
      {query.data?.sessions.map((session) => (
        <Group key={session.id} justify="space-between" wrap="nowrap">
          <Stack gap={0} miw={0}>
            <Text size="sm" fw={600}>
              {session.label}
            </Text>
            <Text size="sm" className="quiet figures">
              {session.address} · {words.since.toLowerCase()} {new Date(session.since).toLocaleString()} ·{' '}
              {words.open(session.open_sockets)}
            </Text>
          </Stack>
          <Button
            size="xs"
            variant="default"
            style={{ flexShrink: 0 }}
            aria-label={words.endLabel(session.label)}
            onClick={() => setEnding(session)}
          >
            {words.end}
          </Button>
        </Group>
      ))}
      {query.data && (
        <Button size="xs" variant="subtle" w="fit-content" onClick={() => void query.refetch()}>
          Refresh
        </Button>
      )}
      <Confirm
        opened={ending !== null}
        onClose={() => setEnding(null)}
        onConfirm={() => ending && end.mutate(ending.id)}
        title={words.endTitle}
        action={words.end}
        isBusy={end.isPending}
      >
        {words.endText(ending?.label ?? '')}
      </Confirm>
    </Section>
  );
}
