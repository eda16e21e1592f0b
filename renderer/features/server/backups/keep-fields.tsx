import { Checkbox, NumberInput, SimpleGrid, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Backup, KeepRules } from '../../../../shared/model/backup.ts';
import { moment } from '../../../ui/format.ts';
import { strings } from './strings.ts';

const fields = ['last', 'daily', 'weekly', 'monthly'] as const;
export const usualRules: KeepRules = { last: 3, daily: 7, weekly: 4, monthly: 6 };

interface KeepFieldsProps {
  rules: KeepRules;
  keepsAll: boolean;
  onRules: (rules: KeepRules) => void;
  onKeepsAll: (keepsAll: boolean) => void;
}

/** Rules of what is kept, or that all is. */
export function KeepFields({ rules, keepsAll, onRules, onKeepsAll }: KeepFieldsProps) {
  return (
    <>
      <Checkbox
        label={strings.keepEach}
        checked={keepsAll}
        onChange={(event) => onKeepsAll(event.currentTarget.checked)}
      />
      <SimpleGrid cols={2}>
        {fields.map((field) => (
          <NumberInput
            key={field}
            label={strings[field]}
            min={0}
            max={1000}
            clampBehavior="strict"
            allowDecimal={false}
            disabled={keepsAll}
            value={rules[field]}
            onChange={(value) => onRules({ ...rules, [field]: typeof value === 'number' ? value : 0 })}
          />
        ))}
      </SimpleGrid>
    </>
  );
}

/** Moments that are named; more are counted. */
const maxNamed = 8;

/** What rules would delete: `what` says how many, the newest are named. */
export function Going({
  going,
  what,
  nameOf = ({ at, note }) => (note === '' ? moment(at) : `${moment(at)}, ${note}`),
}: {
  going: readonly Backup[];
  what: ReactNode;
  nameOf?: (backup: Backup) => string;
}) {
  return (
    <Stack gap={2} role="status">
      <Text size="sm" {...(going.length > 0 ? { c: 'var(--state-bad)' } : {})}>
        {what}
      </Text>
      {going.slice(0, maxNamed).map((backup) => (
        <Text key={backup.id} size="sm" className="quiet figures" style={{ overflowWrap: 'anywhere' }}>
          {nameOf(backup)}
        </Text>
      ))}
      {going.length > maxNamed && (
        <Text size="sm" className="quiet">
          {strings.more(going.length - maxNamed)}
        </Text>
      )}
    </Stack>
  );
}
