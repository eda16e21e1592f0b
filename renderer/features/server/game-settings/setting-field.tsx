import { Switch, TextInput } from '@mantine/core';
import type { ConfigSetting } from '../../../../shared/model/config-setting.ts';
import { strings } from './strings.ts';

interface SettingFieldProps {
  setting: ConfigSetting;
  value: string;
  /** The recipe sets it before each start. */
  isManaged: boolean;
  onChange: (value: string) => void;
}

/** One setting, by what it is in the file. */
export function SettingField({ setting, value, isManaged, onChange }: SettingFieldProps) {
  const { match, help, kind } = setting;
  // In a file of lines a place goes up to its value.
  const name = match.replace(/\s*[=:]?\s*$/, '');
  const description = isManaged ? strings.managed : help;
  const common = {
    label: <span className="mono-label wrapped">{name}</span>,
    'aria-label': name,
    disabled: isManaged,
    ...(description === '' ? {} : { description }),
  };
  if (kind === 'boolean')
    return (
      <Switch
        {...common}
        checked={/^true$/i.test(value)}
        onChange={(event) => onChange(inStyleOf(setting.value, event.currentTarget.checked))}
      />
    );
  return (
    <TextInput
      {...common}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...(kind === 'number' ? { inputMode: 'decimal' as const } : {})}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

/** `True` where the file writes `False`. */
function inStyleOf(old: string, isOn: boolean): string {
  const word = String(isOn);
  if (/^[A-Z]+$/.test(old)) return word.toUpperCase();
  return /^[A-Z]/.test(old) ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}
