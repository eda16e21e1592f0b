import { Accordion, Stack, Text } from '@mantine/core';
import type { ServerVariable } from '../../../shared/model/server-variable.ts';
import { VariableField } from '../../ui/variable-field.tsx';
import type { DraftPort } from './draft.ts';
import { Area, type SectionProps } from './fields.tsx';
import { strings } from './strings.ts';

interface VariableFieldsProps extends SectionProps {
  variables: readonly ServerVariable[];
}

/** What its recipe asks for, but for the ports; what it hides from players is folded, and opens where something is wrong. */
export function VariableFields({ variables, ...props }: VariableFieldsProps) {
  const { draft, mistakes } = props;
  const told = new Set(draft.ports.map(({ variable }: DraftPort) => variable));
  const asked = variables.filter(({ key }) => !told.has(key));
  const shown = asked.filter(({ viewable, editable }) => viewable && editable);
  const hidden = asked.filter((one) => !shown.includes(one));
  const isWrong = hidden.some(({ key }) => mistakes[`values.${key}`] !== undefined);
  if (asked.length === 0) return null;
  return (
    <Area title={strings.game}>
      <Fields {...props} variables={shown} />
      {hidden.length > 0 && (
        <Accordion variant="contained" keepMounted={false} {...(isWrong ? { value: 'hidden' } : {})}>
          <Accordion.Item value="hidden">
            <Accordion.Control>{strings.hiddenVariables(hidden.length)}</Accordion.Control>
            <Accordion.Panel>
              <Stack gap="md">
                <Text size="sm" className="quiet">
                  {strings.hiddenVariablesHelp}
                </Text>
                <Fields {...props} variables={hidden} />
              </Stack>
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </Area>
  );
}

function Fields({ draft, change, mistakes, variables }: VariableFieldsProps) {
  return variables.map((variable) => (
    <VariableField
      key={variable.key}
      variable={variable}
      value={draft.values[variable.key] ?? ''}
      error={mistakes[`values.${variable.key}`]}
      onChange={(value) => change({ values: { ...draft.values, [variable.key]: value } })}
    />
  ));
}
