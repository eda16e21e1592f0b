import { Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** It is the whole page, so that its title is the page's. */
  isPage?: boolean;
  children?: ReactNode;
}

/** A page with nothing to show says what it is for, and offers the next step. */
export function EmptyState({ icon, title, isPage = false, children }: EmptyStateProps) {
  return (
    <Stack align="center" gap="sm" py={64} px="md" ta="center" maw={520} mx="auto">
      <span className="quiet" aria-hidden="true">
        {icon}
      </span>
      <Title order={isPage ? 1 : 2}>{title}</Title>
      {typeof children === 'string' ? <Text className="quiet">{children}</Text> : children}
    </Stack>
  );
}
