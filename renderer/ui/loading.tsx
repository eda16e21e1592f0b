import { Group, Loader, Text } from '@mantine/core';
import { DelayedFallback } from './delayed-fallback.tsx';

/** A wait that says what for, once it has lasted a moment. */
export function Loading({ what }: { what: string }) {
  return (
    <div aria-busy="true">
      <DelayedFallback>
        <Group p="xl" gap="sm" role="status">
          <Loader size="sm" aria-hidden="true" />
          <Text className="quiet">{what}</Text>
        </Group>
      </DelayedFallback>
    </div>
  );
}
