import { Slider, Stack } from '@mantine/core';
import { NumberField, type SectionProps } from './fields.tsx';
import { strings } from './strings.ts';
import type { Range } from './what-is-left.ts';

interface LimitFieldProps extends SectionProps {
  field: 'memory' | 'cpu';
  label: string;
  description: string;
  /** Null: nothing is left that a slider could give. */
  range: Range | null;
  /** A value as it is said. */
  format: (value: number) => string;
  decimalScale?: number;
}

/**
 * A number, typed or by slider. The slider ends where the machine does; the number may be more, or none at all, which means
 * no limit.
 */
export function LimitField({ range, format, field, label, draft, change, ...rest }: LimitFieldProps) {
  const value = draft[field];
  return (
    <Stack gap={6}>
      <NumberField
        {...rest}
        {...{ field, label, draft, change }}
        placeholder={strings.noLimit}
        step={range?.step ?? 1}
        min={0}
      />
      {range && (
        <Slider
          thumbLabel={strings.slider(label)}
          thumbValueText={value === null ? strings.noLimit : format}
          label={value === null ? strings.noLimit : format}
          min={range.step}
          max={range.max}
          step={range.step}
          value={Math.min(Math.max(value ?? range.max, range.step), range.max)}
          onChange={(next) => change({ [field]: next })}
          {...(value === null ? { color: 'gray' } : {})}
          size="sm"
          mx={8}
        />
      )}
    </Stack>
  );
}
