import { useState } from 'react';
import type { Container } from '../../../../shared/http/containers.ts';
import { isSecretName } from '../../../../shared/model/secret-name.ts';
import { type EnvironmentRow, environmentOf, rowProblem, rowsOf } from '../../../ui/environment.ts';
import { EnvironmentRows } from '../../../ui/environment-rows.tsx';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { freshContainer } from '../use-container.ts';
import { Clashes } from './clashes.tsx';
import { settingsDrafts } from './drafts.ts';
import { differing, mergedRows, type VariableClash, withValue, withVariable } from './environment-draft.ts';
import { holdOf, useSave } from './saving.ts';
import { sectionId } from './sections.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';
import { type SectionForm, type ShownClash, sayValue, useDraft } from './use-draft.ts';

const nameOf = (row: EnvironmentRow): string => `environment.${row.name}`;

/** What the recipe asks for has fields of its own, and isn't among them. */
function partsOf({ variables, environment }: Container) {
  const named = new Set(variables.map(({ key }) => key));
  const entries = Object.entries(environment);
  return {
    own: Object.fromEntries(entries.filter(([name]) => !named.has(name))),
    recipe: Object.fromEntries(entries.filter(([name]) => named.has(name))),
  };
}

/** The program's environment variables. They are sent as one, and compared one by one. */
export function useEnvironmentSection({ container, server: { internal_id: id } }: ServerSectionProps) {
  const save = useSave(id);
  const [isChecked, setChecked] = useState(false);
  const { own, recipe } = partsOf(container);
  const draft = useDraft(
    id,
    'environment',
    { rows: rowsOf(own) },
    { words: { label: () => strings.environment }, onEdit: save.reset },
  );
  const typed = settingsDrafts.of(id).environment;
  const base = typed?.base.rows ? environmentOf(typed.base.rows) : own;
  const { rows, clashes } = typed?.mine.rows
    ? mergedRows(base, typed.mine.rows, own)
    : { rows: draft.values.rows, clashes: [] };
  /** What is typed stands against what is saved now, but for what is still to be chosen. */
  const put = (next: readonly EnvironmentRow[], open: readonly VariableClash[]): void => {
    save.reset();
    const against = open.reduce((all, { name }) => withValue(all, name, base[name] ?? null), own);
    const isChanged = JSON.stringify(withoutKeys(next)) !== JSON.stringify(withoutKeys(rowsOf(against)));
    settingsDrafts.set(
      id,
      'environment',
      isChanged ? { mine: { rows: next }, base: { rows: rowsOf(against) } } : undefined,
    );
  };
  const isWrong = rows.some((row) => rowProblem(row, rows) !== null);
  const discard = (): void => {
    setChecked(false);
    draft.discard();
  };
  const form: SectionForm = {
    name: 'environment',
    changed: typed ? changedNames(own, rows) : [],
    clashes: clashes.map((clash) => shown(clash, rows, clashes, put)),
    isWrong: isChecked && isWrong,
    isBusy: save.isPending,
    check() {
      setChecked(true);
      return !isWrong;
    },
    async isOverrun() {
      const now = partsOf(await freshContainer(id)).own;
      return mergedRows(base, rows, now).clashes.length > 0;
    },
    async save() {
      // What others changed beside it since this was shown stays.
      const now = partsOf(await freshContainer(id));
      const environment = { ...now.recipe, ...environmentOf(mergedRows(own, rows, now.own).rows) };
      const reply = await save.mutateAsync({ environment });
      discard();
      return holdOf(reply);
    },
    discard,
  };
  const { at, rest } = mistakesOf(save.error, rows.map(nameOf));
  return { form, rows, recipe, isChecked, at, rest, edit: (next: EnvironmentRow[]) => put(next, clashes) };
}

const withoutKeys = (rows: readonly EnvironmentRow[]) => rows.map(({ name, value }) => [name, value]);

function changedNames(own: Readonly<Record<string, string>>, rows: readonly EnvironmentRow[]): string[] {
  const names = differing(own, environmentOf(rows)).map((name) => name || strings.environment);
  return names.length > 0 ? names : [strings.environment];
}

function shown(
  { name, mine, theirs }: VariableClash,
  rows: readonly EnvironmentRow[],
  all: readonly VariableClash[],
  put: (rows: readonly EnvironmentRow[], open: readonly VariableClash[]) => void,
): ShownClash {
  const say = (value: string | null): string =>
    value === null ? strings.removed : isSecretName(name) ? strings.secret : sayValue(name, value);
  const open = all.filter((one) => one.name !== name);
  return {
    label: name,
    mine: say(mine),
    theirs: say(theirs),
    keepMine: () => put(rows, open),
    takeTheirs: () => put(withVariable(rows, name, theirs), open),
  };
}

export function EnvironmentSection({ model }: { model: ReturnType<typeof useEnvironmentSection> }) {
  const { form, rows, isChecked, at, rest, edit } = model;
  return (
    <FormSection
      id={sectionId('environment')}
      title={strings.environment}
      help={strings.environmentHelp}
      onSave={null}
      error={rest}
    >
      <Clashes clashes={form.clashes} />
      <EnvironmentRows
        rows={rows}
        onChange={edit}
        problem={(row) => (isChecked ? rowProblem(row, rows) : null)}
        valueProblem={(row) => at(nameOf(row))}
      />
    </FormSection>
  );
}
