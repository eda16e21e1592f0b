import { Code, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { deleteToken, listTokens, type TokenView } from '../../../shared/http/tokens.ts';
import { api } from '../../link/api.ts';
import { desktopApp } from '../../link/desktop.ts';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { type RecordRow, RecordTable } from '../../ui/record-table.tsx';
import { NewTokenForm } from './new-token.tsx';
import { strings } from './strings.ts';

const key = ['tokens'];

/** Who else may come in, and with what. */
export function Tokens() {
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => api.call(listTokens, { signal }) });
  const client = useQueryClient();
  return (
    <Section title={strings.tokens}>
      <Text size="sm" className="quiet">
        {strings.tokensHelp}
      </Text>
      {query.error && (
        <QueryTrouble error={query.error} what="managing tokens" onRetry={() => void query.refetch()} />
      )}
      {query.data?.tokens.length === 0 && <Text size="sm">{strings.noTokens}</Text>}
      {query.data && (
        <RecordTable
          rows={query.data.tokens.map(rowOf)}
          action={strings.revoke}
          title={strings.revokeTitle}
          end={(id) => api.call(deleteToken, { params: { id } })}
          queryKey={key}
        />
      )}
      {query.data && <NewTokenForm onMade={() => void client.invalidateQueries({ queryKey: key })} />}
      <Text size="sm" className="quiet">
        {strings.masterHelp}
      </Text>
      <MasterCommands />
    </Section>
  );
}

/** An installed app has no npm; a browser can't know how the host was started. */
function MasterCommands() {
  const app = desktopApp();
  const versions = useQuery({
    queryKey: ['desktop', 'versions'],
    queryFn: () => app?.versions() ?? null,
  });
  const { installed, checkout } = strings.masterCommands;
  const isInstalled = versions.data?.packaged;
  const codes = (commands: readonly string[]) =>
    commands.map((command) => <Code key={command}>{command}</Code>);
  if (app && isInstalled === undefined) return null;
  if (app) return codes(isInstalled ? installed : checkout);
  return (
    <>
      {codes(installed)}
      <Text size="sm" className="quiet">
        {strings.fromCheckout}
      </Text>
      {codes(checkout)}
    </>
  );
}

function rowOf({ id, label, scopes, containers, expires_at, used_at }: TokenView): RecordRow {
  const name = label || strings.unnamed;
  const parts = [
    scopes?.join(', ') ?? strings.allScopes,
    ...(containers ? [containers.join(', ')] : []),
    `${strings.until} ${new Date(expires_at).toLocaleString()}`,
    ...(used_at ? [strings.used] : []),
  ];
  return {
    id,
    title: name,
    detail: parts.join(' · '),
    endLabel: strings.revokeLabel(name),
    question: strings.revokeText(name),
  };
}
