import { Code, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { readSystem, type SystemView } from '../../../shared/http/system.ts';
import type { EngineState } from '../../../shared/model/host.ts';
import { hostText } from '../../../shared/texts/host-text.ts';
import { api } from '../../link/api.ts';
import { bytes } from '../../ui/format.ts';
import { Loaded } from '../../ui/loaded.tsx';
import { Section } from '../../ui/page.tsx';
import { DescriptionItem } from './description-item.tsx';
import { HostSettings } from './host-settings.tsx';
import { strings } from './strings.ts';

/** The engine, the data folder and the versions, as the host tells them. */
export function MachineSection() {
  const query = useQuery({
    queryKey: ['system'],
    queryFn: ({ signal }) => api.call(readSystem, { signal }),
  });
  return (
    <Loaded query={query} what={strings.seeMachine}>
      {(system) => <Machine system={system} />}
    </Loaded>
  );
}

function Machine({ system: { engine, disk, versions } }: { system: SystemView }) {
  return (
    <>
      <Section title={strings.engine}>
        <Engine engine={engine} />
      </Section>
      <Section title={strings.folder}>
        <DescriptionItem name={strings.folder}>{disk.path}</DescriptionItem>
        <DescriptionItem name={strings.disk}>
          {strings.free(bytes(disk.free), bytes(disk.total))}
        </DescriptionItem>
      </Section>
      <HostSettings folder={disk.path} />
      <Section title={strings.about}>
        <DescriptionItem name="Lightdeck">{versions.lightdeck}</DescriptionItem>
        <DescriptionItem name="Node">{versions.node}</DescriptionItem>
        {versions.electron && <DescriptionItem name="Electron">{versions.electron}</DescriptionItem>}
        <DescriptionItem name={strings.licence}>{strings.licenceText}</DescriptionItem>
      </Section>
    </>
  );
}

function Engine({ engine }: { engine: EngineState }) {
  return (
    <Stack gap="xs">
      {engine.status === 'up' && (
        <>
          <DescriptionItem name={strings.endpoint}>{engine.endpoint}</DescriptionItem>
          <DescriptionItem name={strings.foundBy}>{hostText(engine.source)}</DescriptionItem>
          <DescriptionItem name={strings.version}>
            {strings.versionOf(
              engine.kind === 'podman' ? 'Podman' : 'Docker',
              engine.version,
              engine.api_version,
            )}
          </DescriptionItem>
          {(engine.lacks ?? []).map((text) => (
            <Text key={text} size="sm">
              {hostText(text)}
            </Text>
          ))}
        </>
      )}
      {engine.status === 'down' && (
        <Text size="sm">
          {hostText(engine.cause)} {hostText(engine.help)}
        </Text>
      )}
      {engine.status === 'connecting' && <Text size="sm">{strings.lookingForEngine}</Text>}
      {engine.tried.length > 0 && (
        <>
          <Title order={3} size="h6">
            {strings.tried}
          </Title>
          {engine.tried.map(({ endpoint, source, result }) => (
            <Text key={`${source} ${endpoint}`} size="sm" style={{ overflowWrap: 'anywhere' }}>
              <Code>{endpoint}</Code> ({hostText(source)}): {hostText(result)}
            </Text>
          ))}
        </>
      )}
    </Stack>
  );
}
