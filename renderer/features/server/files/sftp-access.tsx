import { Alert, Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import { ApiError } from '../../../../client/http-client.ts';
import { getSftpInfo, resetSftpCredentials, type SftpInfo } from '../../../../shared/http/sftp.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { api, queryClient } from '../../../link/api.ts';
import { hostStore } from '../../../state/host-store.ts';
import { CopyButton } from '../../../ui/copy.tsx';
import { machineAddress } from '../../../ui/server-address.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { strings } from './strings.ts';

/** Null: there is no login yet. */
async function readInfo(id: string, signal: AbortSignal): Promise<SftpInfo | null> {
  try {
    return await api.call(getSftpInfo, { params: { id }, signal });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** The server's SFTP login: made here, its password shown once. Nothing where the token may not see files. */
export function SftpAccessPanel({ server }: { server: string }) {
  const mayReset = usePermission().may('files.write', server);
  const key = ['sftp', server];
  const info = useQuery({ queryKey: key, queryFn: ({ signal }) => readInfo(server, signal) });
  const reset = useMutation({
    mutationFn: () => api.call(resetSftpCredentials, { params: { id: server } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: key }),
  });
  if (info.data === undefined) return null;
  const login = info.data;
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={strings.sftp}>
      <Stack gap={2}>
        <Title order={2} size="h4">
          {strings.sftp}
        </Title>
        <Text size="sm" className="quiet">
          {strings.sftpHelp}
        </Text>
      </Stack>
      {login === null ? <Text size="sm">{strings.sftpNone}</Text> : <Login login={login} />}
      {reset.data && (
        <Alert color="indigo" title={strings.sftpOnce} role="status">
          <Line part="password" text={reset.data.password} />
        </Alert>
      )}
      {reset.error && (
        <Alert color="red" title={strings.failed} role="alert">
          {hostText(reset.error.message)}
        </Alert>
      )}
      {mayReset && (
        <Group>
          <Button variant="default" loading={reset.isPending} onClick={() => reset.mutate()}>
            {login === null ? strings.sftpMake : strings.sftpReset}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Login({ login }: { login: SftpInfo }) {
  const host = useStore(hostStore.store, (view) => machineAddress(login.host, view.host));
  return (
    <Stack gap={4}>
      {login.state !== 'listening' && (
        <Text size="sm" c="var(--state-bad)">
          {strings.sftpOff(login.problem === null ? strings.sftpDisabled : hostText(login.problem))}
        </Text>
      )}
      <Line part="user" text={login.username} />
      <Line part="command" text={`sftp -P ${login.port} ${login.username}@${host}`} />
    </Stack>
  );
}

function Line({ part, text }: { part: 'command' | 'password' | 'user'; text: string }) {
  return (
    <Group gap={6}>
      <Text size="sm" className="quiet">
        {strings[part]}
      </Text>
      <Code>{text}</Code>
      <CopyButton text={text} what={strings.copyWhat[part]} />
    </Group>
  );
}
