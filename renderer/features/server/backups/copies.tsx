import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { copyBackup } from '../../../../shared/http/backup-copies.ts';
import type { Backup } from '../../../../shared/model/backup.ts';
import type { CopyTarget } from '../../../../shared/model/backup-copy.ts';
import { api } from '../../../link/api.ts';
import { CopyDialog } from './copy-dialog.tsx';
import { copyStrings } from './copy-strings.ts';
import { TargetDialog } from './target-dialog.tsx';
import { TargetMenu } from './target-menu.tsx';
import { useBegin, useCopies, useCopyTargets } from './use-backups.ts';

/** Where the backups of a server are beside this machine, and the way to more such places. */
export function Copies({ server, backups }: { server: string; backups: readonly Backup[] }) {
  const { data } = useCopies(server);
  const all = useCopyTargets().data;
  const owner = all?.owner ?? false;
  const [isAdding, setAdding] = useState(false);
  const [looking, setLooking] = useState<{ id: string; name: string } | null>(null);
  const copy = useBegin(({ target, backup }: { target: string; backup: string }) =>
    api.call(copyBackup, { params: { id: server, target }, body: { backup } }),
  );
  if (data === undefined) return null;
  const { targets, copies } = data;
  const [newest] = backups;
  const here = new Set(backups.map(({ id }) => id));
  return (
    <Stack component="section" className="surface" p="md" gap="sm" aria-label={copyStrings.title}>
      <Title order={2} size="h4">
        {copyStrings.title}
      </Title>
      {targets.length === 0 && <Text size="sm">{copyStrings.none}</Text>}
      {targets.length === 0 && !owner && (
        <Text size="sm" className="quiet">
          {copyStrings.noneYours}
        </Text>
      )}
      {targets.map(({ id, name, automatic }) => (
        <Group key={id} justify="space-between" gap="sm">
          <Stack gap={0} miw={0}>
            <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>
            <Text size="sm" className="quiet">
              {`${automatic ? copyStrings.each : copyStrings.byHand} ${copyStrings.has(
                copies.filter(({ target, backup }) => target === id && here.has(backup)).length,
                here.size,
              )}`}
            </Text>
          </Stack>
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              aria-label={copyStrings.showOf(name)}
              onClick={() => setLooking({ id, name })}
            >
              {copyStrings.show}
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={copyStrings.copyNewestTo(name)}
              disabled={!newest || copy.isPending}
              onClick={() => newest && copy.mutate({ target: id, backup: newest.id })}
            >
              {copyStrings.copyNewest}
            </Button>
            {owner && <OwnTarget targets={all?.targets} id={id} />}
          </Group>
        </Group>
      ))}
      {owner && (
        <Group>
          <Button size="xs" variant="default" onClick={() => setAdding(true)}>
            {copyStrings.add}
          </Button>
        </Group>
      )}
      <TargetDialog opened={isAdding} onClose={() => setAdding(false)} />
      <CopyDialog server={server} target={looking} here={here} onClose={() => setLooking(null)} />
    </Stack>
  );
}

function OwnTarget({ targets = [], id }: { targets: readonly CopyTarget[] | undefined; id: string }) {
  const target = targets.find((one) => one.id === id);
  return target ? <TargetMenu target={target} /> : null;
}
