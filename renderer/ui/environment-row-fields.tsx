import { Group, PasswordInput, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { isSecretName } from '../../shared/model/secret-name.ts';
import { type EnvironmentRow, environmentStrings as strings } from './environment.ts';
import { IconAction } from './icon-action.tsx';

interface EnvironmentRowFieldsProps {
  row: EnvironmentRow;
  /** What is wrong with each half, in words. */
  badName: string | null | undefined;
  badValue: string | null | undefined;
  onChange: (changes: Partial<EnvironmentRow>) => void;
  onRemove: () => void;
  /** True if the text was more than a name, and was taken. */
  onPaste: (text: string) => boolean;
}

/** One variable. A value whose name looks secret is dots until it is asked for. */
export function EnvironmentRowFields({
  row,
  badName,
  badValue,
  onChange,
  onRemove,
  onPaste,
}: EnvironmentRowFieldsProps) {
  const value = {
    'aria-label': `${strings.value} ${row.name}`,
    placeholder: strings.value,
    value: row.value,
    error: badValue,
    spellCheck: false,
    miw: 0,
    style: { flex: 3 },
  };
  return (
    <Group gap="xs" wrap="nowrap" align="flex-start">
      <TextInput
        aria-label={strings.name}
        placeholder={strings.namePlaceholder}
        value={row.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        onPaste={(event) => {
          if (onPaste(event.clipboardData.getData('text'))) event.preventDefault();
        }}
        error={badName}
        spellCheck={false}
        autoComplete="off"
        miw={0}
        style={{ flex: 2 }}
      />
      {isSecretName(row.name) ? (
        <PasswordInput
          {...value}
          autoComplete="new-password"
          onChange={(event) => onChange({ value: event.currentTarget.value })}
          visibilityToggleButtonProps={{ 'aria-label': strings.showValue(row.name), tabIndex: 0 }}
        />
      ) : (
        <TextInput
          {...value}
          autoComplete="off"
          onChange={(event) => onChange({ value: event.currentTarget.value })}
        />
      )}
      <IconAction label={strings.remove(row.name)} size="lg" onClick={onRemove}>
        <IconTrash size={16} />
      </IconAction>
    </Group>
  );
}
