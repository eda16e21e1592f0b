import { Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** A page of sections under one heading. */
export function Page({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack p="md" gap="md" maw={960} mx="auto">
      <Title order={1}>{title}</Title>
      {children}
    </Stack>
  );
}

interface SectionProps {
  /** Of its element: what leads to it by its place focuses it. */
  id?: string;
  title: string;
  children: ReactNode;
}

/** One subject of a page, a landmark of its name. */
export function Section({ id, title, children }: SectionProps) {
  return (
    <Paper
      component="section"
      {...(id === undefined ? {} : { id, tabIndex: -1 })}
      aria-label={title}
      className="surface"
      p="md"
    >
      <Stack gap="sm">
        <Title order={2}>{title}</Title>
        {children}
      </Stack>
    </Paper>
  );
}
