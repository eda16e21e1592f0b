import { Group, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from './strings.ts';

/** The place that most people need, and the rest of them for who looks for it. `render` gives each a key. */
export function FirstAndOthers<T>({
  items,
  render,
}: {
  items: readonly T[];
  render: (item: T) => ReactNode;
}) {
  const [first, ...others] = items;
  if (first === undefined) return null;
  return (
    <Stack gap="xs">
      <div>{render(first)}</div>
      {others.length > 0 && (
        <details>
          <summary>{strings.otherAddresses(others.length)}</summary>
          <Group gap="lg" align="flex-start" mt="xs">
            {others.map(render)}
          </Group>
        </details>
      )}
    </Stack>
  );
}
