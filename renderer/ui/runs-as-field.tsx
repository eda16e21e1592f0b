import { Select } from '@mantine/core';
import type { RunsAs, UserMode } from '../../shared/model/server.ts';
import { runsAsStrings as strings } from './runs-as-strings.ts';

interface RunsAsFieldProps {
  /** Null: what the host does by default. */
  value: UserMode | null;
  onChange: (value: UserMode | null) => void;
  /** What is in force, and why; missing for a server that isn't there yet. */
  now?: RunsAs;
}

const modes = ['host', 'image', 'root'] as const;
const byDefault = 'default';

/** A19: whom a server's programs run as. */
export function RunsAsField({ value, onChange, now }: RunsAsFieldProps) {
  return (
    <Select
      label={strings.label}
      description={now ? strings.now(now) : strings.help}
      data={[
        { value: byDefault, label: strings.byDefault },
        ...modes.map((mode) => ({ value: mode, label: strings.modes[mode] })),
      ]}
      value={value ?? byDefault}
      onChange={(chosen) => onChange(modes.find((mode) => mode === chosen) ?? null)}
      allowDeselect={false}
    />
  );
}
