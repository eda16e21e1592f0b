import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { words } from './words.ts';

export interface SectionProps {
  title: string;
  help?: string;
  /** Null: nothing to save here, the section has its own buttons. */
  onSave: (() => void) | null;
  /** Whether something differs from what is saved. */
  isChanged?: boolean;
  isBusy?: boolean;
  error?: Error | null;
  children: ReactNode;
}

/** One part of the settings, saved by itself. */
export function Section({ title, help, onSave, isChanged, isBusy, error, children }: SectionProps) {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isChanged && !isBusy) onSave?.();
  };
  return (
    <form onSubmit={submit} className="surface" aria-label={title} noValidate>
      <Stack p="md" gap="md">
        <Stack gap={2}>
          <Title order={2} size="h4">
            {title}
          </Title>
          {help && (
            <Text size="sm" className="quiet">
              {help}
            </Text>
          )}
        </Stack>
        {children}
        {error && (
          <Alert color="red" title={words.notSaved} role="alert">
            {error.message}
          </Alert>
        )}
        {onSave && (
          <Group>
            <Button type="submit" disabled={!isChanged} loading={isBusy ?? false}>
              {words.save}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
