import { Stack, Text, Title } from '@mantine/core';
import { AuditList } from './audit-list.tsx';
import { strings } from './strings.ts';

/** The record of changes of the whole host. */
export default function ActivityPage() {
  return (
    <Stack p={{ base: 'md', md: 'xl' }} gap="md">
      <Stack gap={2}>
        <Title order={1}>{strings.title}</Title>
        <Text className="quiet">{strings.help}</Text>
      </Stack>
      <AuditList />
    </Stack>
  );
}
