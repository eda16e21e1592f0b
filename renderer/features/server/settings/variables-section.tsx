import { Accordion, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { setVariables } from '../../../../shared/http/container-changes.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import type { ServerVariable } from '../../../../shared/model/server-variable.ts';
import { api } from '../../../link/api.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { VariableField } from '../../../ui/variable-field.tsx';
import { variableProblem } from '../../../ui/variable-problem.ts';
import { asSeen, freshContainer } from '../use-container.ts';
import { Clashes } from './clashes.tsx';
import { holdOf, renew } from './saving.ts';
import { sectionId } from './sections.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';
import { type SectionForm, sayValue, useDraft } from './use-draft.ts';

const nameOf = (key: string): string => `values.${key}`;

const savedOf = ({ variables, environment }: Container): Record<string, string> =>
  Object.fromEntries(variables.map(({ key }) => [key, environment[key] ?? '']));

/** What the server's recipe asks for, as fields with their names; nothing where it has no recipe. */
export function useVariablesSection({ container, server: { internal_id: id } }: ServerSectionProps) {
  const { variables } = container;
  const byKey = (field: string): ServerVariable | undefined => variables.find(({ key }) => key === field);
  const draft = useDraft(id, 'variables', savedOf(container), {
    words: {
      label: (field) => byKey(field)?.name || field,
      say: (field, value) => (byKey(field)?.secret ? strings.secret : sayValue(field, value)),
    },
    onEdit: () => save.reset(),
  });
  const changes = Object.fromEntries(draft.changed.map((key) => [key, draft.values[key] ?? '']));
  const save = useMutation({
    mutationFn: () =>
      api.call(setVariables, { params: { id }, query: asSeen(id), body: { values: changes } }),
    onSettled: () => renew(id),
  });
  const local = Object.fromEntries(
    variables
      .filter(({ key }) => key in changes)
      .map((one) => [nameOf(one.key), variableProblem(one, changes[one.key] ?? '')]),
  );
  const isWrong = Object.values(local).some((problem) => problem !== null);
  const form: SectionForm = {
    name: 'variables',
    changed: draft.labels,
    clashes: draft.clashes,
    isWrong,
    isBusy: save.isPending,
    check: () => !isWrong,
    isOverrun: async () => draft.isOverrunBy(savedOf(await freshContainer(id))),
    async save() {
      const reply = await save.mutateAsync();
      draft.discard();
      return holdOf(reply);
    },
    discard: draft.discard,
  };
  const names = variables.map(({ key }) => nameOf(key));
  return { form, draft, variables, mistakes: mistakesOf(save.error, names, local) };
}

export function VariablesSection({ model }: { model: ReturnType<typeof useVariablesSection> }) {
  const { form, draft, variables, mistakes } = model;
  if (variables.length === 0) return null;
  const field = (variable: ServerVariable) => (
    <VariableField
      key={variable.key}
      variable={variable}
      value={draft.values[variable.key] ?? ''}
      error={mistakes.at(nameOf(variable.key))}
      onChange={(value) => draft.edit({ [variable.key]: value })}
    />
  );
  const shown = variables.filter(({ viewable, editable }) => viewable && editable);
  const hidden = variables.filter((one) => !shown.includes(one));
  return (
    <FormSection
      id={sectionId('variables')}
      title={strings.variables}
      help={strings.variablesHelp}
      onSave={null}
      error={mistakes.rest}
    >
      <Clashes clashes={form.clashes} />
      {shown.map(field)}
      {hidden.length > 0 && (
        <Accordion variant="contained" keepMounted={false}>
          <Accordion.Item value="hidden">
            <Accordion.Control>{strings.hiddenVariables(hidden.length)}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="md">{hidden.map(field)}</Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </FormSection>
  );
}
