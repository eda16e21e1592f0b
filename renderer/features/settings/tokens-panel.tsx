import { Button, Code, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deleteToken, listTokens, type TokenView } from '../../../shared/http/tokens.ts';
import { api, queryClient } from '../../link/api.ts';
import { Confirm } from '../../ui/confirm.tsx';
import { CopyButton } from '../../ui/copy.tsx';
import { moment } from '../../ui/format.ts';
import { MakeToken } from './make-token.tsx';
import { Panel, Refusal } from './panel.tsx';
import { scopeWords, words } from './words.ts';

/** Who may do what: makes tokens, lists them without their secrets, revokes them. */
export function TokensPanel() {
  const query = useQuery({
    queryKey: ['tokens'],
    queryFn: ({ signal }) => api.call(listTokens, { signal }),
    staleTime: 0,
  });
  return (
    <Panel title={words.tokens} help={words.tokensHelp}>
      <Text size="sm" className="quiet">
        {words.master} <Code>{words.masterCommand}</Code>{' '}
        <CopyButton text={words.masterCommand} what="command" />
      </Text>
      {query.error && <Refusal error={query.error} notPermitted={words.tokensNotPermitted} />}
      {query.data && (
        <>
          {query.data.tokens.length === 0 ? (
            <Text size="sm">{words.noTokens}</Text>
          ) : (
            <TokenTable tokens={query.data.tokens} />
          )}
          <MakeToken />
        </>
      )}
    </Panel>
  );
}

function TokenTable({ tokens }: { tokens: readonly TokenView[] }) {
  const [revoked, setRevoked] = useState<TokenView | null>(null);
  const revoke = useMutation({
    mutationFn: (id: string) => api.call(deleteToken, { params: { id } }),
    onError: (error) => notifications.show({ color: 'red', title: words.failed, message: error.message }),
    onSettled: () => {
      setRevoked(null);
      return queryClient.invalidateQueries({ queryKey: ['tokens'] });
    },
  });
  return (
    <Table.ScrollContainer minWidth={520}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.label}</Table.Th>
            <Table.Th>{words.rights}</Table.Th>
            <Table.Th>{words.ends}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>{token.label || words.unnamed}</Table.Td>
              <Table.Td>{rightsOf(token)}</Table.Td>
              <Table.Td className="figures">{moment(Date.parse(token.expires_at))}</Table.Td>
              <Table.Td ta="right">
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRevoked(token)}>
                  {words.revoke}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Confirm
        opened={revoked !== null}
        onClose={() => setRevoked(null)}
        onConfirm={() => revoked && revoke.mutate(revoked.id)}
        title={words.revokeTitle(revoked?.label ?? '')}
        action={words.revoke}
        isBusy={revoke.isPending}
      >
        {words.revokeText}
      </Confirm>
    </Table.ScrollContainer>
  );
}

function rightsOf({ scopes, containers, remove_on_use }: TokenView): string {
  const what = scopes === null ? words.all : scopes.map((scope) => scopeWords[scope]).join(', ');
  const where = containers === null ? '' : ` (${containers.join(', ')})`;
  return `${what}${where}${remove_on_use ? `; ${words.single.toLowerCase()}` : ''}`;
}
