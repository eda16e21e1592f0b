import { Autocomplete, Button, Checkbox, FileButton, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { restoreArchive } from '../../../../shared/http/backups.ts';
import { listFiles } from '../../../../shared/http/files.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { isResting } from '../../../../shared/model/server.ts';
import { api } from '../../../link/api.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import { Uploads, uploadQueue } from '../files/transfer/uploads.tsx';
import { useContainer } from '../use-container.ts';
import { archiveStrings as texts } from './archive-strings.ts';
import { strings } from './strings.ts';
import { useBegin } from './use-backups.ts';

const endings = /\.(zip|tar|tgz|tar\.(gz|bz2|xz|zst))$/i;
const accepted = '.zip,.tar,.tgz,.gz,.bz2,.xz,.zst';
/** Archives that are proposed. */
const maxProposed = 100;

interface FromArchiveProps {
  server: ServerSummary;
  isBusy: boolean;
}

/** The way to files out of another panel's backup. */
export function FromArchive({ server, isBusy }: FromArchiveProps) {
  const [isOpen, setOpen] = useState(false);
  const { may } = usePermission();
  const mayWrite = may('files.write', server.internal_id);
  return (
    <Stack component="section" className="surface" p="md" gap="xs" aria-label={texts.title}>
      <Title order={2} size="h4">
        {texts.title}
      </Title>
      <Text size="sm">{mayWrite ? texts.text : strings.noFilesWrite}</Text>
      <Group>
        <Button size="xs" variant="default" disabled={!mayWrite || isBusy} onClick={() => setOpen(true)}>
          {texts.open}
        </Button>
      </Group>
      <Modal opened={isOpen} onClose={() => setOpen(false)} title={texts.dialog}>
        <ArchiveForm server={server} onDone={() => setOpen(false)} />
      </Modal>
    </Stack>
  );
}

function ArchiveForm({ server, onDone }: { server: ServerSummary; onDone: () => void }) {
  const { internal_id: id, state } = server;
  const { may } = usePermission();
  const volume = useContainer(id).data?.volume_id;
  const [path, setPath] = useState('');
  const [clear, setClear] = useState(false);
  const isRunning = !isResting(state);
  const mayGoOn = !isRunning || may('power', id);
  const begin = useBegin(() =>
    api.call(restoreArchive, { params: { id }, body: { path: path.trim(), clear, stop: isRunning } }),
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (path.trim() !== '' && mayGoOn && !begin.isPending) begin.mutate(undefined, { onSuccess: onDone });
      }}
    >
      <Stack gap="md">
        {volume !== undefined && <ArchivePath volume={volume} path={path} onPath={setPath} />}
        <Checkbox
          label={texts.clear}
          description={texts.clearHelp}
          checked={clear}
          onChange={(event) => setClear(event.currentTarget.checked)}
        />
        <Text size="sm">{texts.before}</Text>
        {isRunning && (
          <Text size="sm" {...(mayGoOn ? {} : { c: 'var(--state-bad)' })}>
            {mayGoOn ? texts.runs : texts.noPower}
          </Text>
        )}
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onDone}>
            {strings.cancel}
          </Button>
          <Button type="submit" loading={begin.isPending} disabled={path.trim() === '' || !mayGoOn}>
            {texts.restore}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ArchivePathProps {
  volume: string;
  path: string;
  onPath: (path: string) => void;
}

/** Those at the top are proposed; what is uploaded goes there, too. */
function ArchivePath({ volume, path, onPath }: ArchivePathProps) {
  const { may } = usePermission();
  const { data } = useQuery({
    queryKey: ['files', volume, ''],
    queryFn: ({ signal }) => api.call(listFiles, { params: { id: volume }, query: { path: '' }, signal }),
    enabled: may('files.read'),
  });
  const archives = (data?.files ?? []).filter(({ name, type }) => type === 'file' && endings.test(name));
  return (
    <>
      <Autocomplete
        label={texts.path}
        description={texts.pathHelp}
        maxLength={4096}
        limit={maxProposed}
        data={archives.map(({ name }) => name)}
        value={path}
        onChange={onPath}
        spellCheck={false}
        data-autofocus
      />
      <Group>
        <FileButton
          accept={accepted}
          onChange={(file) => {
            if (!file) return;
            uploadQueue.add(volume, [{ file, path: file.name }]);
            onPath(file.name);
          }}
        >
          {(props) => (
            <Button {...props} size="xs" variant="default">
              {texts.upload}
            </Button>
          )}
        </FileButton>
      </Group>
      <Uploads volume={volume} />
    </>
  );
}
