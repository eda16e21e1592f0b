import { Stack, Text, Title } from '@mantine/core';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { AdoptContainers } from './adopt-containers.tsx';
import { AdoptFolder } from './adopt-folder.tsx';
import { strings } from './strings.ts';

/** `/new/adopt`: folders and containers that were there before become servers. */
export function AdoptPage() {
  const { may, isBound, isKnown } = usePermission();
  if (!isKnown) return null;
  if (!may('system') || isBound)
    return (
      <EmptyState title={strings.notForToken}>
        <Text className="quiet">{strings.notForTokenHelp}</Text>
      </EmptyState>
    );
  return (
    <Stack gap="lg" maw={860}>
      <Stack gap={4}>
        <Title order={1}>{strings.title}</Title>
        <Text className="quiet">{strings.intro}</Text>
      </Stack>
      <AdoptFolder />
      <AdoptContainers />
    </Stack>
  );
}
