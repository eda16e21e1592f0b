import { CloseButton, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { isForLayer, isTyping } from '../../../../ui/page-keys.ts';
import { strings } from '../strings.ts';

interface FilterFieldProps {
  value: string;
  onChange: (text: string) => void;
}

/** Narrows the list while one types; `/` leads here, Esc takes it back. */
export function FilterField({ value, onChange }: FilterFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const { target } = event;
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return;
      if (!(target instanceof HTMLElement) || isTyping(target) || isForLayer(event)) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <TextInput
      ref={field}
      size="xs"
      w={{ base: '100%', xs: 220 }}
      leftSection={<IconFilter size={14} />}
      rightSection={
        value !== '' && <CloseButton size="xs" aria-label={strings.noFilter} onClick={() => onChange('')} />
      }
      aria-label={strings.filter}
      placeholder={strings.filterPlaceholder}
      aria-keyshortcuts="/"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        if (value === '') field.current?.blur();
        onChange('');
      }}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
