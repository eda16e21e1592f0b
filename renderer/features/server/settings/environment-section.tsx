import { useState } from 'react';
import { type EnvironmentRow, environmentOf, rowProblem, rowsOf } from '../../../ui/environment.ts';
import { EnvironmentRows } from '../../../ui/environment-rows.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { useSave } from './saving.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';

const nameOf = (row: EnvironmentRow): string => `environment.${row.name}`;

/** The program's environment variables. */
export function EnvironmentSection({ container, server }: ServerSectionProps) {
  const save = useSave(server.internal_id);
  const [edited, setEdited] = useState<EnvironmentRow[] | null>(null);
  const [isChecked, setChecked] = useState(false);
  // What the recipe asks for has fields of its own.
  const named = new Set(container.variables.map(({ key }) => key));
  const [own, theirs] = partition(container.environment, (name) => named.has(name));
  const rows = edited ?? rowsOf(own);
  const { at, rest } = mistakesOf(save.error, rows.map(nameOf));
  const onSave = (): void => {
    setChecked(true);
    if (rows.some((row) => rowProblem(row, rows) !== null)) return;
    const onSuccess = (): void => {
      setEdited(null);
      setChecked(false);
    };
    save.mutate({ environment: { ...theirs, ...environmentOf(rows) } }, { onSuccess });
  };
  return (
    <FormSection
      title={strings.environment}
      help={strings.environmentHelp}
      onSave={onSave}
      isChanged={edited !== null}
      isBusy={save.isPending}
      error={rest}
    >
      <EnvironmentRows
        rows={rows}
        onChange={(next) => {
          save.reset();
          setEdited(next);
        }}
        problem={(row) => (isChecked ? rowProblem(row, rows) : null)}
        valueProblem={(row) => at(nameOf(row))}
      />
    </FormSection>
  );
}

/** The entries whose names are not `isOther`, and those whose are. */
function partition(
  environment: Readonly<Record<string, string>>,
  isOther: (name: string) => boolean,
): [Record<string, string>, Record<string, string>] {
  const entries = Object.entries(environment);
  return [
    Object.fromEntries(entries.filter(([name]) => !isOther(name))),
    Object.fromEntries(entries.filter(([name]) => isOther(name))),
  ];
}
