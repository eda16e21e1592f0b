import { Group, Loader, Text } from '@mantine/core';
import { Late } from './delayed-fallback.tsx';

/** A wait that says what for, once it has lasted a moment. */
export function Loading({ what }: { what: string }) {
  return (
    <Late>
      <Group p="xl" gap="sm" role="status">
        <Loader size="sm" aria-hidden="true" />
        <Text className="quiet">{what}</Text>
      </Group>
    </Late>
  );
}
