import { TextInput } from '@mantine/core';
import { parseAmount, sayAmount } from './amount.ts';

interface AmountFieldProps {
  label: string;
  description?: string;
  /** As it is typed; see `parseAmount`. */
  value: string;
  onChange: (text: string) => void;
  error?: string | null | undefined;
  readOnly?: boolean;
}

/** An amount with its unit. When it is left it says what it was understood as. */
export function AmountField({
  label,
  description,
  value,
  onChange,
  error,
  readOnly = false,
}: AmountFieldProps) {
  const amount = parseAmount(value);
  const said = amount === null ? value : sayAmount(amount);
  return (
    <TextInput
      label={label}
      description={description}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={() => said !== value && !readOnly && onChange(said)}
      error={error}
      readOnly={readOnly}
      placeholder="4 GiB"
      autoComplete="off"
      spellCheck={false}
    />
  );
}
