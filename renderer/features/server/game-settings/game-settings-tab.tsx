import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation, useSearch } from 'wouter';
import { type ConfigFile, listConfigFiles } from '../../../../shared/http/config-files.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { isResting } from '../../../../shared/model/server.ts';
import { api } from '../../../link/api.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Loaded } from '../../../ui/loaded.tsx';
import { useContainer } from '../use-container.ts';
import { FileForm } from './file-form.tsx';
import { filesOf } from './files-of.ts';
import { strings } from './strings.ts';

/** The files in which the game keeps its settings, one at a time as a form; `?file=` is the one that is shown. */
export default function GameSettingsTab({ server }: { server: ServerSummary }) {
  const container = useContainer(server.internal_id);
  return (
    <Loaded query={container} what={strings.what}>
      {(loaded) =>
        loaded.adopted === null ? (
          <Files server={server} container={loaded} />
        ) : (
          <EmptyState title={strings.adopted} />
        )
      }
    </Loaded>
  );
}

function Files({ server, container }: { server: ServerSummary; container: Container }) {
  const { volume_id: volume } = container;
  const query = useQuery({
    queryKey: ['config-files', volume],
    queryFn: ({ signal }) => api.call(listConfigFiles, { params: { id: volume }, signal }),
    // A game may write its files at any moment.
    staleTime: 0,
  });
  return (
    <Loaded query={query} what={strings.what}>
      {({ files }) => (
        <Chosen
          server={server}
          container={container}
          files={filesOf(files, container)}
          onLook={() => void query.refetch()}
        />
      )}
    </Loaded>
  );
}

interface ChosenProps {
  server: ServerSummary;
  container: Container;
  files: readonly ConfigFile[];
  onLook: () => void;
}

function Chosen({ server, container, files, onLook }: ChosenProps) {
  const [path, navigate] = useLocation();
  const asked = new URLSearchParams(useSearch()).get('file');
  const file = files.find((one) => one.path === asked) ?? files[0];
  if (!file)
    return (
      <EmptyState icon={<IconAdjustments size={40} />} title={strings.nothing}>
        <Text className="quiet">{strings.nothingHelp}</Text>
        <Button variant="default" onClick={onLook}>
          {strings.lookAgain}
        </Button>
      </EmptyState>
    );
  return (
    <Stack gap="md" maw={860} pb="xl">
      <Group align="flex-end" gap="sm">
        <Select
          label={strings.file}
          data={files.map((one) => one.path)}
          value={file.path}
          onChange={(next) => next !== null && navigate(`${path}?file=${encodeURIComponent(next)}`)}
          allowDeselect={false}
          searchable={files.length > 8}
          style={{ flex: 1, minWidth: 220 }}
        />
      </Group>
      {!isResting(server.state) && (
        <Text size="sm" className="quiet">
          {strings.runs}
        </Text>
      )}
      <FileForm key={file.path} server={server.internal_id} container={container} file={file} />
    </Stack>
  );
}
