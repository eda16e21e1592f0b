import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';

/** Most that are shown at once; the others are found by typing. */
export const maxPicks = 24;

interface PickGridProps<T> {
  items: readonly T[];
  keyOf: (item: T) => string;
  /** That so many are not shown. */
  more: (count: number) => string;
  /** A card's content: what is pressed is a `card-link`. */
  children: (item: T) => ReactNode;
}

/** What a server can be made of, a card each; the first of many. */
export function PickGrid<T>({ items, keyOf, more, children }: PickGridProps<T>) {
  return (
    <>
      <ul className="card-grid plain-list">
        {items.slice(0, maxPicks).map((item) => (
          <li key={keyOf(item)}>
            <Stack className="surface pick" p="md" gap={4} pos="relative" h="100%">
              {children(item)}
            </Stack>
          </li>
        ))}
      </ul>
      {items.length > maxPicks && (
        <Text size="sm" className="quiet">
          {more(items.length - maxPicks)}
        </Text>
      )}
    </>
  );
}
