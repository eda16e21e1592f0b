import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { hostText } from '../../shared/texts/host-text.ts';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/form-section.en.json';

const t = textsOf('ui/form-section', en);

interface FormSectionProps {
  /** Of its element: what leads to it by its place focuses it. */
  id?: string;
  title: string;
  help?: string;
  /** Null: nothing to save here, the section has its own buttons. */
  onSave: (() => void) | null;
  /** Whether something differs from what is saved. */
  isChanged?: boolean;
  /** Whether there is a mistake that the form itself has found. */
  isWrong?: boolean;
  isBusy?: boolean;
  /** What can't be shown at a field. */
  error?: Error | null;
  children: ReactNode;
}

/** One part of some settings, saved by itself. */
export function FormSection(props: FormSectionProps) {
  const {
    id,
    title,
    help,
    onSave,
    isChanged = false,
    isWrong = false,
    isBusy = false,
    error,
    children,
  } = props;
  const canSave = isChanged && !isWrong;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (canSave && !isBusy) onSave?.();
  };
  return (
    <form
      {...(id === undefined ? {} : { id, tabIndex: -1 })}
      onSubmit={submit}
      className="surface"
      aria-label={title}
      noValidate
    >
      <Stack p="md" gap="md">
        <Stack gap={2}>
          <Title order={2}>{title}</Title>
          {help && (
            <Text size="sm" className="quiet">
              {help}
            </Text>
          )}
        </Stack>
        {children}
        {error && (
          <Alert color="red" title={t('notSaved')} role="alert">
            {hostText(error.message)}
          </Alert>
        )}
        {onSave && (
          <Group>
            <Button type="submit" disabled={!canSave} loading={isBusy}>
              {t('save')}
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
