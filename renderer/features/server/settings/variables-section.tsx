import { Accordion, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { setVariables } from '../../../../shared/http/container-changes.ts';
import type { ServerVariable } from '../../../../shared/model/server-variable.ts';
import { api } from '../../../link/api.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { VariableField } from '../../../ui/variable-field.tsx';
import { variableProblem } from '../../../ui/variable-problem.ts';
import { useSaved } from './saving.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';

const nameOf = (key: string): string => `values.${key}`;

/** What the server's recipe asks for, as fields with their names; nothing where it has no recipe. */
export function VariablesSection({ container, server }: ServerSectionProps) {
  const { variables, environment } = container;
  const id = server.internal_id;
  const onSaved = useSaved(id);
  const [edited, setEdited] = useState<Readonly<Record<string, string>>>({});
  const save = useMutation({
    mutationFn: () => api.call(setVariables, { params: { id }, body: { values: { ...edited } } }),
    async onSuccess(reply) {
      await onSaved(reply);
      setEdited({});
    },
  });
  if (variables.length === 0) return null;
  const inForce = ({ key }: ServerVariable): string => edited[key] ?? environment[key] ?? '';
  const changed = variables.filter(({ key }) => key in edited);
  const local = Object.fromEntries(
    changed.map((one) => [nameOf(one.key), variableProblem(one, inForce(one))]),
  );
  const { at, rest } = mistakesOf(
    save.error,
    variables.map(({ key }) => nameOf(key)),
    local,
  );
  const field = (variable: ServerVariable) => (
    <VariableField
      key={variable.key}
      variable={variable}
      value={inForce(variable)}
      error={at(nameOf(variable.key))}
      onChange={(value) => {
        save.reset();
        setEdited({ ...edited, [variable.key]: value });
      }}
    />
  );
  const shown = variables.filter(({ viewable, editable }) => viewable && editable);
  const hidden = variables.filter((one) => !shown.includes(one));
  return (
    <FormSection
      title={strings.variables}
      help={strings.variablesHelp}
      onSave={() => save.mutate()}
      isChanged={changed.length > 0}
      isWrong={Object.values(local).some((problem) => problem !== null)}
      isBusy={save.isPending}
      error={rest}
    >
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
