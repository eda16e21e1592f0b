import { Group, PasswordInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { IconAction } from '../../../ui/icon-action.tsx';
import type { Row } from './environment.ts';
import { isSecretName } from './secret-name.ts';
import { words } from './words.ts';

export interface EnvironmentRowProps {
  row: Row;
  /** What is wrong with each half, in words. */
  badName: string | null;
  badValue: string | null;
  onChange: (changes: Partial<Row>) => void;
  onRemove: () => void;
  /** True if the text was more than a name, and was taken. */
  onPaste: (text: string) => boolean;
}

/** One variable. A value whose name looks secret is dots until it is asked for. */
export function EnvironmentRow({ row, badName, badValue, onChange, onRemove, onPaste }: EnvironmentRowProps) {
  const value = {
    'aria-label': `${words.variableValue} ${row.name}`,
    placeholder: words.variableValue,
    value: row.value,
    error: badValue,
    spellCheck: false,
    style: { flex: 3 },
  };
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <TextInput
        aria-label={words.variableName}
        placeholder={words.variableName}
        value={row.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        onPaste={(event) => {
          if (onPaste(event.clipboardData.getData('text'))) event.preventDefault();
        }}
        error={badName}
        spellCheck={false}
        style={{ flex: 2 }}
      />
      {isSecretName(row.name) ? (
        <PasswordInput
          {...value}
          autoComplete="new-password"
          onChange={(event) => onChange({ value: event.currentTarget.value })}
          visibilityToggleButtonProps={{ 'aria-label': words.showValue(row.name), tabIndex: 0 }}
        />
      ) : (
        <TextInput
          {...value}
          autoComplete="off"
          onChange={(event) => onChange({ value: event.currentTarget.value })}
        />
      )}
      <IconAction label={words.removeVariable(row.name)} size="lg" onClick={onRemove}>
        <IconTrash size={16} />
      </IconAction>
    </Group>
  );
}
