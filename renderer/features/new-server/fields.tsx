import { NumberInput, Stack, Textarea, TextInput, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Draft, Mistakes } from './draft.ts';

/** What every part of the form gets: the draft, how to change it, and what is wrong with it. */
export interface SectionProps {
  draft: Draft;
  change: (changes: Partial<Draft>) => void;
  mistakes: Mistakes;
}

type TextKey =
  | 'name'
  | 'id'
  | 'image'
  | 'startup'
  | 'ready'
  | 'stop'
  | 'install'
  | 'dataPath'
  | 'timeZone'
  | 'owner';
type NumberKey = 'stopSeconds' | 'memory' | 'cpu' | 'disk';

interface FieldProps extends SectionProps {
  label: string;
  description?: string;
  required?: boolean;
}

/** A named part of the form. */
export function Area({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Stack component="section" gap="md" aria-label={title}>
      <Title order={2} size="h4">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

export function TextField({
  draft,
  change,
  mistakes,
  field,
  lines = 1,
  ...rest
}: FieldProps & { field: TextKey; lines?: number }) {
  const props = {
    ...rest,
    value: draft[field],
    error: mistakes[field],
    onChange: (event: { currentTarget: { value: string } }) => change({ [field]: event.currentTarget.value }),
    spellCheck: field === 'name',
    autoComplete: 'off',
  };
  return lines > 1 ? (
    <Textarea {...props} autosize minRows={lines} maxRows={16} className="mono" />
  ) : (
    <TextInput {...props} />
  );
}

export function NumberField({
  draft,
  change,
  mistakes,
  field,
  ...rest
}: FieldProps & {
  field: NumberKey;
  min?: number;
  step?: number;
  decimalScale?: number;
  placeholder?: string;
}) {
  return (
    <NumberInput
      {...rest}
      value={draft[field] ?? ''}
      error={mistakes[field]}
      onChange={(value) => change({ [field]: typeof value === 'number' ? value : null })}
      allowNegative={false}
      clampBehavior="none"
    />
  );
}
