import { Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { readRemoteConfig, reloadRemoteConfig } from '../../../shared/http/remote.ts';
import { readSystem } from '../../../shared/http/system.ts';
import type { EngineState } from '../../../shared/model/host.ts';
import { api } from '../../link/api.ts';
import { bytes } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { words } from './words.ts';

/** The engine, the data folder and the versions, as the host tells them. */
export function Machine() {
  const query = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => api.call(readSystem, { signal }),
  });
  if (query.error)
    return (
      <QueryTrouble error={query.error} what="seeing the machine" onRetry={() => void query.refetch()} />
    );
  if (!query.data) return null;
  const { engine, disk, versions } = query.data;
  return (
    <>
      <Section title={words.engine}>
        <Engine engine={engine} />
      </Section>
      <Section title={words.folder}>
        <Fact name={words.folder}>{disk.path}</Fact>
        <Fact name={words.disk}>{words.free(bytes(disk.free), bytes(disk.total))}</Fact>
      </Section>
      <Configuration />
      <Section title={words.about}>
        <Fact name="Lightdeck">{versions.lightdeck}</Fact>
        <Fact name="Node">{versions.node}</Fact>
        {versions.electron && <Fact name="Electron">{versions.electron}</Fact>}
      </Section>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Group gap="sm" align="baseline">
      <Text size="sm" className="quiet" w={120}>
        {name}
      </Text>
      <Text size="sm" className="figures" style={{ overflowWrap: 'anywhere', flex: '1 1 200px' }}>
        {children}
      </Text>
    </Group>
  );
}

function Engine({ engine }: { engine: EngineState }) {
  return (
    <Stack gap="xs">
      {engine.status === 'up' && (
        <>
          <Fact name={words.endpoint}>{engine.endpoint}</Fact>
          <Fact name={words.foundBy}>{engine.source}</Fact>
          <Fact name={words.version}>
            {engine.kind === 'podman' ? 'Podman' : 'Docker'} {engine.version}, API {engine.api_version}
          </Fact>
        </>
      )}
      {engine.status === 'down' && (
        <Text size="sm">
          {engine.cause} {engine.help}
        </Text>
      )}
      {engine.status === 'connecting' && <Text size="sm">{words.lookingForEngine}</Text>}
      {engine.tried.length > 0 && (
        <>
          <Title order={3} size="h6">
            {words.tried}
          </Title>
          {engine.tried.map(({ endpoint, source, result }) => (
            <Text key={`${source} ${endpoint}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
              <Code>{endpoint}</Code> ({source}): {result}
            </Text>
          ))}
        </>
      )}
    </Stack>
  );
}

function Configuration() {
  const query = useQuery({
    queryKey: ['config'],
    queryFn: ({ signal }) => api.call(readRemoteConfig, { signal }),
  });
  const client = useQueryClient();
  const reload = useMutation({
    mutationFn: () => api.call(reloadRemoteConfig, {}),
    onSuccess: ({ restart_required: keys }) => {
      notifications.show({ message: keys.length === 0 ? words.reloaded : words.waits(keys.join(', ')) });
      return client.invalidateQueries({ queryKey: ['config'] });
    },
    onError: ({ message }) => notifications.show({ color: 'red', message }),
  });
  if (query.error)
    return <QueryTrouble error={query.error} what="the configuration" onRetry={() => void query.refetch()} />;
  if (!query.data) return null;
  const { sftp, remote, docker, monitoring } = query.data;
  return (
    <Section title={words.configuration}>
      <Fact name={words.socketPath}>{docker.socket_path || words.automatic}</Fact>
      <Fact name={words.sftp}>{sftp.enabled ? `${sftp.host}, port ${sftp.port}` : words.sftpOff}</Fact>
      <Fact name={words.remote}>{remote.enabled ? `${remote.url} (${remote.token})` : words.remoteOff}</Fact>
      <Fact name={words.prices}>
        {monitoring.billing.memory_per_gb_hour} per GB memory and hour, {monitoring.billing.cpu_per_vcpu_hour}{' '}
        per core and hour
      </Fact>
      <Text size="sm" className="quiet">
        {words.editHelp}
      </Text>
      <Button variant="default" w="fit-content" loading={reload.isPending} onClick={() => reload.mutate()}>
        {words.reload}
      </Button>
    </Section>
  );
}
