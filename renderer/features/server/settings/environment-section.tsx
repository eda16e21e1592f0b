import { Button, Group, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { FormSection } from '../../../ui/form-section.tsx';
import { IconAction } from '../../../ui/icon-action.tsx';
import { pastedRows, type Row, rowProblem } from './environment.ts';
import { useSave } from './saving.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { words } from './words.ts';

const rowsOf = (environment: Record<string, string>): Row[] =>
  Object.entries(environment).map(([name, value], key) => ({ key, name, value }));
const environmentOf = (rows: readonly Row[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ name, value }) => [name, value]));

/** The program's environment variables. */
export function EnvironmentSection({ container, server }: ServerSectionProps) {
  const save = useSave(server.internal_id, server.started_at);
  const [edited, setEdited] = useState<Row[] | null>(null);
  const [isChecked, setChecked] = useState(false);
  const rows = edited ?? rowsOf(container.environment);
  const nextKey = Math.max(-1, ...rows.map(({ key }) => key)) + 1;
  const change = (key: number, changes: Partial<Row>): void =>
    setEdited(rows.map((row) => (row.key === key ? { ...row, ...changes } : row)));
  const onSave = (): void => {
    setChecked(true);
    if (rows.some((row) => rowProblem(row, rows) !== null)) return;
    save.mutate({ environment: environmentOf(rows) }, { onSuccess: () => setEdited(null) });
  };
  const paste = (row: Row, text: string): boolean => {
    const found = pastedRows(text);
    if (found === null) return false;
    const added = found.map((one, index) => ({ ...one, key: nextKey + index }));
    setEdited(rows.flatMap((one) => (one.key === row.key ? added : [one])));
    return true;
  };
  return (
    <FormSection
      title={words.environment}
      help={words.environmentHelp}
      onSave={onSave}
      isChanged={edited !== null}
      isBusy={save.isPending}
      error={save.error}
    >
      {rows.map((row) => (
        <Group key={row.key} gap="xs" wrap="nowrap" align="flex-start">
          <TextInput
            aria-label={words.variableName}
            placeholder={words.variableName}
            value={row.name}
            onChange={(event) => change(row.key, { name: event.currentTarget.value })}
            onPaste={(event) => {
              if (paste(row, event.clipboardData.getData('text'))) event.preventDefault();
            }}
            error={isChecked ? rowProblem(row, rows) : null}
            spellCheck={false}
            style={{ flex: 2 }}
          />
          <TextInput
            aria-label={`${words.variableValue} ${row.name}`}
            placeholder={words.variableValue}
            value={row.value}
            onChange={(event) => change(row.key, { value: event.currentTarget.value })}
            spellCheck={false}
            autoComplete="off"
            style={{ flex: 3 }}
          />
          <IconAction
            label={words.removeVariable(row.name)}
            size="lg"
            onClick={() => setEdited(rows.filter(({ key }) => key !== row.key))}
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
          onClick={() => setEdited([...rows, { key: nextKey, name: '', value: '' }])}
        >
          {words.addVariable}
        </Button>
      </Group>
    </FormSection>
  );
}
