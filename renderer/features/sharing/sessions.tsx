import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../../client/http-client.ts';
import { endSession, listSessions, type SessionView } from '../../../shared/http/sessions.ts';
import { api } from '../../link/api.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { strings } from './strings.ts';

const key = ['sessions'];

/** Who was let in by a link. */
export function SessionsSection() {
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
    <Section title={strings.sessions}>
      {isForbidden && (
        <Text size="sm" className="quiet">
          {strings.sessionsForMaster}
        </Text>
      )}
      {query.error && !isForbidden && (
        <QueryTrouble error={query.error} what="seeing sessions" onRetry={() => void query.refetch()} />
      )}
      {query.data?.sessions.length === 0 && (
        <Text size="sm" className="quiet">
          {strings.noSessions}
        </Text>
      )}
      {query.data?.sessions.map((session) => (
        <Group key={session.id} justify="space-between" wrap="nowrap">
          <Stack gap={0} miw={0}>
            <Text size="sm" fw={600}>
              {session.label}
            </Text>
            <Text size="sm" className="quiet figures">
              {session.address} · {strings.since.toLowerCase()} {new Date(session.since).toLocaleString()} ·{' '}
              {strings.open(session.open_sockets)}
            </Text>
          </Stack>
          <Button
            size="xs"
            variant="default"
            style={{ flexShrink: 0 }}
            aria-label={strings.endLabel(session.label)}
            onClick={() => setEnding(session)}
          >
            {strings.end}
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
        title={strings.endTitle}
        action={strings.end}
        isBusy={end.isPending}
      >
        {strings.endText(ending?.label ?? '')}
      </Confirm>
    </Section>
  );
}
