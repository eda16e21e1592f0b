import { Alert, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { changeContainerBody } from '../../../../shared/http/container-body.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import { type RemoteConsoleKind, remoteConsoleKindSchema } from '../../../../shared/model/remote-console.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { isWithin, problemsOf } from '../../../ui/mistakes.ts';
import { Clashes } from './clashes.tsx';
import { sectionId } from './sections.ts';
import { unpublished } from './unpublished.ts';
import { useWay } from './use-way.ts';
import { waysStrings as strings } from './ways-strings.ts';

const input = 'input';
const ways = [
  { value: input, label: strings.input },
  ...remoteConsoleKindSchema.options.map((kind) => ({ value: kind, label: strings.ways[kind] })),
];
const usualVariable = 'RCON_PASSWORD';

const kindOf = (way: string): RemoteConsoleKind | null => remoteConsoleKindSchema.safeParse(way).data ?? null;

/** Where commands go. The password is never here: it is made, or stands in the environment. */
export const useConsoleSection = (container: Container) =>
  useWay(container, 'console', {
    savedOf: ({ console }) => ({
      way: console?.kind ?? input,
      port: console?.port ?? '',
      variable: console?.password ?? usualVariable,
    }),
    changesOf({ way, port, variable }) {
      const kind = kindOf(way);
      return { console: kind && { kind, port: Number(port), password: variable } };
    },
    problems: ({ way, port }, changes) => ({
      ...problemsOf(changeContainerBody, changes),
      ...(kindOf(way) === null || isWithin(port, 1, 65_535) ? {} : { 'console.port': strings.badPort }),
    }),
    fields: ['console.port', 'console.password'],
  });

interface ConsoleSectionProps {
  model: ReturnType<typeof useConsoleSection>;
  container: Container;
}

export function ConsoleSection({ model, container: { ports, environment } }: ConsoleSectionProps) {
  const { values, edit } = model.draft;
  const { at, rest } = model.mistakes;
  const { port, variable } = values;
  const kind = kindOf(values.way);
  const warning = kind && typeof port === 'number' ? unpublished(ports, 'tcp', port) : null;
  return (
    <FormSection
      id={sectionId('console')}
      title={strings.console}
      help={strings.consoleHelp}
      onSave={null}
      error={rest}
    >
      <Clashes clashes={model.form.clashes} />
      <Select
        label={strings.way}
        data={ways}
        value={values.way}
        onChange={(way) => edit({ way: way ?? input })}
        allowDeselect={false}
        maw={400}
      />
      {kind && (
        <Group align="flex-start" gap="md">
          <NumberInput
            label={strings.consolePort}
            value={port}
            onChange={(next) => edit({ port: typeof next === 'number' ? next : '' })}
            error={at('console.port')}
            allowDecimal={false}
            clampBehavior="none"
          />
          <TextInput
            label={strings.variable}
            description={
              Object.hasOwn(environment, variable)
                ? strings.variableSet(variable)
                : strings.variableHelp(variable)
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={variable}
            onChange={(event) => edit({ variable: event.currentTarget.value })}
            error={at('console.password')}
            spellCheck={false}
            style={{ flex: '1 1 240px' }}
          />
        </Group>
      )}
      {warning && <Alert color="yellow">{warning}</Alert>}
    </FormSection>
  );
}
