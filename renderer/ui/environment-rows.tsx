import { Button, Group, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { type EnvironmentRow, nextKey, pastedRows, environmentWords as words } from './environment.ts';
import { IconAction } from './icon-action.tsx';

interface EnvironmentRowsProps {
  rows: readonly EnvironmentRow[];
  onChange: (rows: EnvironmentRow[]) => void;
  /** What is wrong with a row, in words, as far as it is to be shown. */
  problem: (row: EnvironmentRow) => string | null | undefined;
}

/** An editor of environment variables: a row each. Lines of `NAME=value` can be pasted into a name. */
export function EnvironmentRows({ rows, onChange, problem }: EnvironmentRowsProps) {
  const change = (key: number, changes: Partial<EnvironmentRow>): void =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...changes } : row)));
  const paste = (row: EnvironmentRow, text: string): boolean => {
    const found = pastedRows(text);
    if (found === null) return false;
    const first = nextKey(rows);
    const added = found.map((one, index) => ({ ...one, key: first + index }));
    onChange(rows.flatMap((one) => (one.key === row.key ? added : [one])));
    return true;
  };
  return (
    <>
      {rows.map((row) => (
        <Group key={row.key} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            aria-label={words.name}
            placeholder={words.namePlaceholder}
            value={row.name}
            onChange={(event) => change(row.key, { name: event.currentTarget.value })}
            onPaste={(event) => {
              if (paste(row, event.clipboardData.getData('text'))) event.preventDefault();
            }}
            error={problem(row)}
            spellCheck={false}
            autoComplete="off"
            miw={0}
            style={{ flex: 2 }}
          />
          <TextInput
            aria-label={`${words.value} ${row.name}`}
            placeholder={words.value}
            value={row.value}
            onChange={(event) => change(row.key, { value: event.currentTarget.value })}
            spellCheck={false}
            autoComplete="off"
            miw={0}
            style={{ flex: 3 }}
          />
          <IconAction
            label={words.remove(row.name)}
            size="lg"
            onClick={() => onChange(rows.filter(({ key }) => key !== row.key))}
          >
            <IconTrash size={16} />
          </IconAction>
        </Group>
      ))}
      <Group>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...rows, { key: nextKey(rows), name: '', value: '' }])}
        >
          {words.add}
        </Button>
      </Group>
    </>
  );
}
