import { Button, Group, Loader, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { checkCopy, fetchCopy, listServerCopies } from '../../../../shared/http/backup-copies.ts';
import { api } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { bytes, moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { copyStrings } from './copy-strings.ts';
import { strings } from './strings.ts';
import { useBegin } from './use-backups.ts';

interface CopyDialogProps {
  server: string;
  target: { id: string; name: string } | null;
  /** Backups that are here, by their ids. */
  here: ReadonlySet<string>;
  onClose: () => void;
}

/** Copies that are shown; more are counted. */
const maxShown = 100;

/** The copies of a server's backups in one place: they can be checked there, and brought back. */
export function CopyDialog({ server, target, here, onClose }: CopyDialogProps) {
  return (
    <Modal opened={target !== null} onClose={onClose} title={target ? copyStrings.showOf(target.name) : ''}>
      {target && <CopyList server={server} target={target.id} here={here} onBegun={onClose} />}
    </Modal>
  );
}

function CopyList({
  server,
  target,
  here,
  onBegun,
}: Pick<CopyDialogProps, 'server' | 'here'> & { target: string; onBegun: () => void }) {
  const params = { id: server, target };
  const query = useQuery({
    queryKey: [...liveKey('backups', server), 'copies', target],
    queryFn: ({ signal }) => api.call(listServerCopies, { params, signal }),
  });
  const check = useBegin((backup: string) => api.call(checkCopy, { params, body: { backup } }));
  const fetch = useBegin((backup: string) => api.call(fetchCopy, { params, body: { backup } }));
  return (
    <Stack gap="sm">
      {query.isPending && <Loader size="sm" />}
      <Loaded query={query} what={copyStrings.whatThere}>
        {({ backups }) => (
          <>
            {backups.length === 0 && <Text size="sm">{copyStrings.nothingThere}</Text>}
            {backups.slice(0, maxShown).map(({ id, at, bytes: size, note }) => (
              <Group key={id} justify="space-between" gap="sm">
                <Stack gap={0} miw={0}>
                  <Text size="sm" fw={600} className="figures">
                    {moment(at)}
                  </Text>
                  <Text size="sm" className="quiet figures" style={{ overflowWrap: 'anywhere' }}>
                    {[note, bytes(size), here.has(id) ? copyStrings.isHere : ''].filter(Boolean).join(' · ')}
                  </Text>
                </Stack>
                <Group gap="xs">
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={copyStrings.checkOf(moment(at))}
                    onClick={() => check.mutate(id, { onSuccess: onBegun })}
                  >
                    {copyStrings.check}
                  </Button>
                  <Button
                    size="compact-sm"
                    disabled={here.has(id)}
                    aria-label={copyStrings.bringOf(moment(at))}
                    onClick={() => fetch.mutate(id, { onSuccess: onBegun })}
                  >
                    {copyStrings.bring}
                  </Button>
                </Group>
              </Group>
            ))}
            {backups.length > maxShown && <Text size="sm">{strings.more(backups.length - maxShown)}</Text>}
            <Text size="sm" className="quiet">
              {copyStrings.bringHelp}
            </Text>
          </>
        )}
      </Loaded>
    </Stack>
  );
}
