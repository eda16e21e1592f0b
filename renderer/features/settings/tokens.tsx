import { Button, Code, Group, PasswordInput, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { deleteToken, listTokens, type TokenView } from '../../../shared/http/tokens.ts';
import { api } from '../../link/api.ts';
import { isDesktop } from '../../link/credentials.ts';
import { desktopApp } from '../../link/desktop.ts';
import { session } from '../../link/session.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { fullMoment } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { type RecordRow, RecordTable } from '../../ui/record-table.tsx';
import { scopesInWords, serversInWords } from '../../ui/scope-labels.ts';
import { type ServerName, useServerNames } from '../../ui/server-names.ts';
import { showFailure } from '../../ui/show-failure.ts';
import { NewTokenForm } from './new-token.tsx';
import { strings } from './strings.ts';

const key = ['tokens'];

/** Who else may come in, and with what. */
export function Tokens() {
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => api.call(listTokens, { signal }) });
  const client = useQueryClient();
  const servers = useServerNames();
  return (
    <Section title={strings.tokens}>
      <Text size="sm" className="quiet">
        {strings.tokensHelp}
      </Text>
      {query.error && (
        <QueryTrouble error={query.error} what={strings.managing} onRetry={() => void query.refetch()} />
      )}
      {query.data?.tokens.length === 0 && <Text size="sm">{strings.noTokens}</Text>}
      {query.data && (
        <RecordTable
          rows={query.data.tokens.map((token) => rowOf(token, servers))}
          action={strings.revoke}
          title={strings.revokeTitle}
          end={(id) => api.call(deleteToken, { params: { id } })}
          queryKey={key}
        />
      )}
      {query.data && <NewTokenForm onMade={() => void client.invalidateQueries({ queryKey: key })} />}
      {isDesktop() ? <MasterToken /> : <MasterCommands />}
    </Section>
  );
}

/** The app has the master token: its user need not open a terminal to see or replace it. */
function MasterToken() {
  const state = useStore(session.store);
  const reset = useMutation({
    mutationFn: async () => (await desktopApp()?.resetToken()) ?? null,
    onSuccess: (token) => {
      if (token !== null) notifications.show({ message: strings.masterReplaced });
    },
    onError: showFailure,
  });
  if (state.status !== 'signed-in') return null;
  const { token } = state.connection;
  return (
    <Stack gap="xs">
      <Group align="end" gap="xs" wrap="nowrap">
        <PasswordInput
          label={strings.master}
          description={strings.masterDescription}
          value={token}
          readOnly
          className="mono"
          style={{ flex: 1, maxWidth: 480 }}
          visibilityToggleButtonProps={{ 'aria-label': strings.masterShow }}
        />
        <CopyButton text={token} what={strings.copy.master} isSecret />
      </Group>
      <Button variant="default" w="fit-content" loading={reset.isPending} onClick={() => reset.mutate()}>
        {strings.masterReset}
      </Button>
    </Stack>
  );
}

/** A browser can't know how the host was started. */
function MasterCommands() {
  const { installed, checkout } = strings.masterCommands;
  const codes = (commands: readonly string[]) =>
    commands.map((command) => <Code key={command}>{command}</Code>);
  return (
    <>
      <Text size="sm" className="quiet">
        {strings.masterHelp}
      </Text>
      {codes(installed)}
      <Text size="sm" className="quiet">
        {strings.fromCheckout}
      </Text>
      {codes(checkout)}
    </>
  );
}

function rowOf(
  { id, label, scopes, containers, expires_at, used_at }: TokenView,
  servers: readonly ServerName[],
): RecordRow {
  const name = label || strings.unnamed;
  const parts = [
    scopesInWords(scopes),
    ...(containers ? [serversInWords(containers, servers)] : []),
    strings.until(fullMoment(expires_at)),
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
