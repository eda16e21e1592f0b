import { NumberInput, PasswordInput, Select, Switch, TextInput } from '@mantine/core';
import type { TemplateVariable } from '../../../shared/templates/template.ts';
import { Area, type SectionProps } from './fields.tsx';
import { strings } from './strings.ts';

interface VariableFieldsProps extends SectionProps {
  variables: readonly TemplateVariable[];
}

/** What the game itself asks for. */
export function VariableFields({ draft, change, mistakes, variables }: VariableFieldsProps) {
  return (
    <Area title={strings.game}>
      {variables.map((variable) => (
        <VariableField
          key={variable.name}
          variable={variable}
          value={draft.values[variable.name] ?? ''}
          error={mistakes[`values.${variable.name}`]}
          onChange={(value) => change({ values: { ...draft.values, [variable.name]: value } })}
        />
      ))}
    </Area>
  );
}

interface VariableFieldProps {
  variable: TemplateVariable;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function VariableField({ variable, value, error, onChange }: VariableFieldProps) {
  const { label, help, type, required, options = [], on = '', off = '' } = variable;
  const common = { label, error, required, ...(help === '' ? {} : { description: help }) };
  const onText = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  switch (type) {
    case 'switch':
      return (
        <Switch
          label={label}
          {...(help === '' ? {} : { description: help })}
          checked={value === on}
          onChange={(event) => onChange(event.currentTarget.checked ? on : off)}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={options}
          value={value}
          onChange={(next) => onChange(next ?? value)}
          allowDeselect={false}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          value={value}
          onChange={(next) => onChange(String(next))}
          allowDecimal={false}
        />
      );
    case 'secret':
      return <PasswordInput {...common} value={value} onChange={onText} autoComplete="new-password" />;
    case 'text':
      return <TextInput {...common} value={value} onChange={onText} autoComplete="off" />;
  }
}
