import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** A name with its value. */
export function DescriptionItem({ name, children }: { name: string; children: ReactNode }) {
  return (
    <Group gap="sm" align="baseline">
      <Text size="sm" className="quiet" w={120}>
        {name}
      </Text>
      <Text size="sm" className="figures" style={{ overflowWrap: 'anywhere', flex: '1 1 200px' }}>
        {children}
      </Text>
    </Group>
  );
}
