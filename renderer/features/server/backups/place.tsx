import { Alert, Stack, Text, Title } from '@mantine/core';
import type { BackupPlace } from '../../../../shared/model/backup.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { bytes } from '../../../ui/format.ts';
import { ChangeFolder } from './folder-dialog.tsx';
import { strings } from './strings.ts';

/** Where the backups are, and what is to be said about that. */
export function Place({ place }: { place: BackupPlace }) {
  const { folder, state, problem, same_disk, free, size } = place;
  const facts = [
    size === null ? null : strings.takes(bytes(size)),
    free === null ? null : strings.free(bytes(free)),
  ];
  return (
    <Stack component="section" className="surface" p="md" gap="xs" aria-label={strings.wherePlace}>
      <Title order={2} size="h4">
        {strings.wherePlace}
      </Title>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {folder}
      </Text>
      <Text size="sm" className="quiet figures">
        {facts.filter((fact) => fact !== null).join(' · ')}
      </Text>
      {state !== 'ready' && (
        <Alert color="red" role="alert" title={strings.states[state]}>
          {problem === null ? null : hostText(problem)}
        </Alert>
      )}
      {same_disk === true && (
        <Text size="sm" c="var(--state-busy)">
          {strings.same}
        </Text>
      )}
      <ChangeFolder />
    </Stack>
  );
}
