import { NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import type { ServerVariable } from '../../shared/model/server-variable.ts';
import { hostText } from '../../shared/texts/host-text.ts';

interface VariableFieldProps {
  variable: ServerVariable;
  value: string;
  /** What is wrong with the value, as a sentence. */
  error?: string | null | undefined;
  onChange: (value: string) => void;
}

/** A field for what a recipe asks for, by what its rules take. */
export function VariableField({ variable, value, error = null, onChange }: VariableFieldProps) {
  const { field, secret, description } = variable;
  const label = hostText(variable.name) || variable.key;
  const help = description.trim() === '' ? {} : { description: hostText(description.trim()) };
  const required = variable.checks.some(({ kind }) => kind === 'required');
  const common = { label, ...help, error, required: required && field.kind !== 'switch' };
  const onText = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  switch (field.kind) {
    case 'switch':
      return (
        <Switch
          label={label}
          {...help}
          error={error}
          checked={value === field.on || (value === 'true' && field.on === '1')}
          onChange={(event) => onChange(event.currentTarget.checked ? field.on : field.off)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={[...new Set([...field.options, ...(value === '' ? [] : [value])])]}
          value={value === '' ? null : value}
          onChange={(next) => onChange(next ?? '')}
          allowDeselect={!required}
          clearable={!required}
          searchable={field.options.length > 8}
        />
      );
    case 'number':
    case 'port':
      return (
        <NumberInput
          {...common}
          value={value}
          onChange={(next) => onChange(String(next))}
          allowDecimal={field.kind === 'number' && !field.whole}
          clampBehavior="none"
        />
      );
    case 'fixed':
      return <TextInput {...common} value={value} readOnly variant="filled" />;
    case 'text':
      return secret ? (
        <PasswordInput {...common} value={value} onChange={onText} autoComplete="new-password" />
      ) : (
        <TextInput {...common} value={value} onChange={onText} autoComplete="off" spellCheck={false} />
      );
  }
}
