import { Code, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { readSystem } from '../../../shared/http/system.ts';
import type { EngineState } from '../../../shared/model/host.ts';
import { api } from '../../link/api.ts';
import { bytes } from '../../ui/format.ts';
import { Section } from '../../ui/page.tsx';
import { QueryTrouble } from '../../ui/query-trouble.tsx';
import { Fact } from './description-item.tsx';
import { HostSettings } from './host-settings.tsx';
import { words } from './strings.ts';

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
      <HostSettings folder={disk.path} />
      <Section title={words.about}>
        <Fact name="Lightdeck">{versions.lightdeck}</Fact>
        <Fact name="Node">{versions.node}</Fact>
        {versions.electron && <Fact name="Electron">{versions.electron}</Fact>}
        <Fact name={words.licence}>{words.licenceText}</Fact>
      </Section>
    </>
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
