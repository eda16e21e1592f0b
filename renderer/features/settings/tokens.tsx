import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteToken, listTokens, type TokenView } from '../../../shared/http/tokens.ts';
import { api } from '../../link/api.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { NewTokenForm } from './new-token.tsx';
import { strings } from './strings.ts';

const key = ['tokens'];

/** Who else may come in, and with what. */
export function Tokens() {
  const query = useQuery({ queryKey: key, queryFn: ({ signal }) => api.call(listTokens, { signal }) });
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: key });
  const [revoking, setRevoking] = useState<TokenView | null>(null);
  const revoke = useMutation({
    mutationFn: (id: string) => api.call(deleteToken, { params: { id } }),
    onSettled: () => {
      setRevoking(null);
      return refresh();
    },
  });
  return (
    <Section title={strings.tokens}>
      <Text size="sm" className="quiet">
        {strings.tokensHelp}
      </Text>
      {query.error && (
        <QueryTrouble error={query.error} what="managing tokens" onRetry={() => void query.refetch()} />
      )}
      {query.data?.tokens.length === 0 && <Text size="sm">{strings.noTokens}</Text>}
      {query.data?.tokens.map((token) => (
        <TokenRow key={token.id} token={token} onRevoke={() => setRevoking(token)} />
      ))}
      {query.data && <NewTokenForm onMade={() => void refresh()} />}
      <Text size="sm" className="quiet">
        {strings.masterHelp}
      </Text>
      {strings.masterCommands.map((command) => (
        <Code key={command}>{command}</Code>
      ))}
      <Confirm
        opened={revoking !== null}
        onClose={() => setRevoking(null)}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
        title={strings.revokeTitle}
        action={strings.revoke}
        isBusy={revoke.isPending}
      >
        {strings.revokeText(revoking?.label || strings.unnamed)}
      </Confirm>
    </Section>
  );
}

function TokenRow({ token, onRevoke }: { token: TokenView; onRevoke: () => void }) {
  const label = token.label || strings.unnamed;
  return (
    <Group justify="space-between" wrap="nowrap">
      <Stack gap={0} miw={0}>
        <Text size="sm" fw={600}>
          {label}
        </Text>
        <Text size="sm" className="quiet figures">
          {token.scopes?.join(', ') ?? strings.allScopes}
          {token.containers ? ` · ${token.containers.join(', ')}` : ''} · {strings.until}{' '}
          {new Date(token.expires_at).toLocaleString()}
          {token.used_at ? ` · ${strings.used}` : ''}
        </Text>
      </Stack>
      <Button
        size="xs"
        variant="default"
        style={{ flexShrink: 0 }}
        aria-label={strings.revokeLabel(label)}
        onClick={onRevoke}
      >
        {strings.revoke}
      </Button>
    </Group>
  );
}
