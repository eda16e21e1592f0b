import { useState } from 'react';
import { type EnvironmentRow, environmentOf, rowProblem, rowsOf } from '../../../ui/environment.ts';
import { EnvironmentRows } from '../../../ui/environment-rows.tsx';
import { useSave } from './saving.ts';
import { Section } from './section.tsx';
import type { ServerSectionProps } from './start-section.tsx';
import { words } from './words.ts';

/** The program's environment variables. */
export function EnvironmentSection({ container, server }: ServerSectionProps) {
  const save = useSave(server.internal_id, server.started_at);
  const [edited, setEdited] = useState<EnvironmentRow[] | null>(null);
  const [isChecked, setChecked] = useState(false);
  const rows = edited ?? rowsOf(container.environment);
  const onSave = (): void => {
    setChecked(true);
    if (rows.some((row) => rowProblem(row, rows) !== null)) return;
    save.mutate({ environment: environmentOf(rows) }, { onSuccess: () => setEdited(null) });
  };
  return (
    <Section
      title={words.environment}
      help={words.environmentHelp}
      onSave={onSave}
      isChanged={edited !== null}
      isBusy={save.isPending}
      error={save.error}
    >
      <EnvironmentRows
        rows={rows}
        onChange={setEdited}
        problem={(row) => (isChecked ? rowProblem(row, rows) : null)}
      />
    </Section>
  );
}
