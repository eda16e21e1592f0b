import { Button, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../../../client/http-client.ts';
import { endSession, listSessions, type SessionView } from '../../../shared/http/sessions.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api } from '../../link/api.ts';
import { fullMoment } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { type RecordRow, RecordTable } from '../../ui/record-table.tsx';
import { scopesInWords, serversInWords } from '../../ui/scope-labels.ts';
import { type ServerName, useServerNames } from '../../ui/server-names.ts';
import { strings } from './strings.ts';

const key = ['sessions'];

/** Who was let in by a link. */
export function SessionsSection() {
  const query = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => api.call(listSessions, { signal }),
    staleTime: 0,
  });
  const servers = useServerNames();
  const isForbidden = query.error instanceof ApiError && query.error.status === 403;
  return (
    <Section title={strings.sessions}>
      {isForbidden && (
        <Text size="sm" className="quiet">
          {strings.sessionsForMaster}
        </Text>
      )}
      {query.error && !isForbidden && (
        <QueryTrouble error={query.error} what={strings.see.sessions} onRetry={() => void query.refetch()} />
      )}
      {query.data?.sessions.length === 0 && (
        <Text size="sm" className="quiet">
          {strings.noSessions}
        </Text>
      )}
      {query.data && (
        <RecordTable
          rows={query.data.sessions.map((session) => rowOf(session, servers))}
          action={strings.end}
          title={strings.endTitle}
          end={(id) => api.call(endSession, { params: { id } })}
          queryKey={key}
        />
      )}
      {query.data && (
        <Button size="xs" variant="subtle" w="fit-content" onClick={() => void query.refetch()}>
          {strings.refresh}
        </Button>
      )}
    </Section>
  );
}

function rowOf(session: SessionView, servers: readonly ServerName[]): RecordRow {
  const { id, label, address, since, open_sockets } = session;
  // What the host made of the browser: nobody names a session.
  const title = hostText(label);
  const begin = strings.since(fullMoment(since));
  return {
    id,
    title,
    detail: [address, begin, ...rightsOf(session, servers), strings.open(open_sockets)].join(' · '),
    endLabel: strings.endLabel(title),
    question: strings.endText(title),
  };
}

/** What it was let in for, in short. */
function rightsOf({ scopes, containers, ends_at }: SessionView, servers: readonly ServerName[]): string[] {
  return [
    scopes === null ? strings.mayAll : strings.mayList(scopesInWords(scopes)),
    ...(containers === null ? [] : [serversInWords(containers, servers)]),
    ...(ends_at === null ? [] : [strings.endsAt(fullMoment(ends_at))]),
  ];
}
