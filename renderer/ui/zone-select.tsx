import { Select } from '@mantine/core';
import { useMemo } from 'react';
import { textsOf } from '../../shared/texts/messages.ts';
import en from './texts/zone-select.en.json';

const t = textsOf('ui/zone-select', en);

interface ZoneSelectProps {
  value: string;
  error: string | null;
  onChange: (name: string) => void;
}

/** A time zone by its IANA name. */
export function ZoneSelect({ value, error, onChange }: ZoneSelectProps) {
  // Names that browsers leave out, and the one that is set, can be chosen, too.
  const zones = useMemo(
    () =>
      [...new Set([value, 'UTC', ...Intl.supportedValuesOf('timeZone')])]
        .filter((name) => name !== '')
        .sort(),
    [value],
  );
  return (
    <Select
      label={t('label')}
      data={zones}
      value={value}
      onChange={(name) => onChange(name ?? value)}
      error={error}
      searchable
      limit={50}
      nothingFoundMessage={t('none')}
      allowDeselect={false}
      maw={320}
    />
  );
}
