import { Button, Group } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { pastedRows, type Row, rowProblem } from './environment.ts';
import { EnvironmentRow } from './environment-row.tsx';
import { useSave } from './saving.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { words } from './words.ts';

const rowsOf = (environment: Record<string, string>): Row[] =>
  Object.entries(environment).map(([name, value], key) => ({ key, name, value }));
const environmentOf = (rows: readonly Row[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ name, value }) => [name, value]));
const nameOf = (row: Row): string => `environment.${row.name}`;

/** The program's environment variables. */
export function EnvironmentSection({ container, server }: ServerSectionProps) {
  const save = useSave(server.internal_id);
  const [edited, setEdited] = useState<Row[] | null>(null);
  const [isChecked, setChecked] = useState(false);
  const rows = edited ?? rowsOf(container.environment);
  const nextKey = Math.max(-1, ...rows.map(({ key }) => key)) + 1;
  const { at, rest } = mistakesOf(save.error, rows.map(nameOf));
  const edit = (next: Row[]): void => {
    save.reset();
    setEdited(next);
  };
  const onSave = (): void => {
    setChecked(true);
    if (rows.some((row) => rowProblem(row, rows) !== null)) return;
    const onSuccess = (): void => {
      setEdited(null);
      setChecked(false);
    };
    save.mutate({ environment: environmentOf(rows) }, { onSuccess });
  };
  const paste = (row: Row, text: string): boolean => {
    const found = pastedRows(text);
    if (found === null) return false;
    const added = found.map((one, index) => ({ ...one, key: nextKey + index }));
    edit(rows.flatMap((one) => (one.key === row.key ? added : [one])));
    return true;
  };
  return (
    <FormSection
      title={words.environment}
      help={words.environmentHelp}
      onSave={onSave}
      isChanged={edited !== null}
      isBusy={save.isPending}
      error={rest}
    >
      {rows.map((row) => (
        <EnvironmentRow
          key={row.key}
          row={row}
          badName={isChecked ? rowProblem(row, rows) : null}
          badValue={at(nameOf(row))}
          onChange={(changes) =>
            edit(rows.map((one) => (one.key === row.key ? { ...one, ...changes } : one)))
          }
          onRemove={() => edit(rows.filter(({ key }) => key !== row.key))}
          onPaste={(text) => paste(row, text)}
        />
      ))}
      <Group>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} />}
          onClick={() => edit([...rows, { key: nextKey, name: '', value: '' }])}
        >
          {words.addVariable}
        </Button>
      </Group>
    </FormSection>
  );
}
