import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { readRemoteConfig, reloadRemoteConfig } from '../../../shared/http/remote.ts';
import { readSystem, type SystemView } from '../../../shared/http/system.ts';
import { api, queryClient } from '../../link/api.ts';
import { CopyButton } from '../../ui/copy.tsx';
import { bytes } from '../../ui/format.ts';
import { Fact, Panel, Refusal } from './panel.tsx';
import { words } from './words.ts';

/** Docker, the data folder, SFTP, the panel, versions: as the host has them. */
export function HostPanels() {
  const system = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => api.call(readSystem, { signal }),
  });
  if (system.error)
    return (
      <Panel title={words.host}>
        <Refusal error={system.error} notPermitted={words.systemNotPermitted} />
      </Panel>
    );
  if (!system.data) return null;
  return (
    <>
      <DockerPanel engine={system.data.engine} />
      <HostPanel system={system.data} />
    </>
  );
}

function DockerPanel({ engine }: { engine: SystemView['engine'] }) {
  return (
    <Panel title={words.docker}>
      <Stack component="dl" gap="xs" m={0}>
        {engine.status === 'up' ? (
          <>
            <Fact name={words.engine}>
              {engine.kind === 'podman' ? 'Podman' : 'Docker'} {engine.version} (API {engine.api_version})
            </Fact>
            <Fact name={words.endpoint}>
              <Code>{engine.endpoint}</Code> <CopyButton text={engine.endpoint} what="endpoint" />
            </Fact>
            <Fact name={words.foundBy}>{engine.source}</Fact>
          </>
        ) : (
          <Fact name={words.engine}>
            {words.noEngine}
            {engine.status === 'down' ? `: ${engine.cause} ${engine.help}` : ''}
          </Fact>
        )}
      </Stack>
      {engine.tried.length > 0 && (
        <details>
          <summary>{words.tried}</summary>
          {engine.tried.map(({ endpoint, source, result }) => (
            <Text size="sm" key={`${endpoint} ${source}`}>
              <Code>{endpoint}</Code> ({source}): {result}
            </Text>
          ))}
        </details>
      )}
    </Panel>
  );
}

function HostPanel({ system }: { system: SystemView }) {
  const config = useQuery({
    queryKey: ['config'],
    queryFn: ({ signal }) => api.call(readRemoteConfig, { signal }),
  });
  const reload = useMutation({
    mutationFn: () => api.call(reloadRemoteConfig, {}),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['config'] }),
  });
  const { disk, versions } = system;
  return (
    <Panel title={words.host} help={words.configHelp}>
      <Stack component="dl" gap="xs" m={0}>
        <Fact name={words.data}>
          <Code>{disk.path}</Code> <CopyButton text={disk.path} what="folder" />{' '}
          {words.disk(bytes(disk.used), bytes(disk.total))}
        </Fact>
        {config.data && (
          <>
            <Fact name={words.sftp}>
              {config.data.sftp.enabled
                ? words.sftpOn(`${config.data.sftp.host}:${config.data.sftp.port}`)
                : words.off}
            </Fact>
            <Fact name={words.panel}>{config.data.remote.enabled ? config.data.remote.url : words.off}</Fact>
          </>
        )}
        <Fact name={words.versions}>
          Lightdeck {versions.lightdeck}, Node {versions.node}
          {versions.electron === null ? '' : `, Electron ${versions.electron}`}
        </Fact>
      </Stack>
      <Group>
        <Button variant="default" loading={reload.isPending} onClick={() => reload.mutate()}>
          {words.reload}
        </Button>
      </Group>
      {reload.error && (
        <Alert color="red" title={words.failed} role="alert">
          {reload.error.message}
        </Alert>
      )}
      {reload.data && (
        <Text size="sm" role="status">
          {words.reloaded}{' '}
          {reload.data.restart_required.length > 0 &&
            words.reloadWaits(reload.data.restart_required.join(', '))}{' '}
          {reload.data.warnings.join(' ')}
        </Text>
      )}
    </Panel>
  );
}
