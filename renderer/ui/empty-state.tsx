import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A page with nothing to show says what it is for, and offers the next step. */
export function EmptyState({
  icon,
  title,
  children,
}: {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
}) {
  return (
    <Stack align="center" gap="sm" py={64} px="md" ta="center" maw={520} mx="auto">
      <span className="quiet">{icon}</span>
      <Title order={2}>{title}</Title>
      {typeof children === 'string' ? <Text className="quiet">{children}</Text> : children}
    </Stack>
  );
}
