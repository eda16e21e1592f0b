import { Alert, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { changeContainerBody } from '../../../../shared/http/container-body.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import { type QueryKind, queryKindSchema, queryProtocol } from '../../../../shared/model/players.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { isWithin, problemsOf } from '../../../ui/mistakes.ts';
import { Clashes } from './clashes.tsx';
import type { SectionValues } from './drafts.ts';
import type { Changes } from './saving.ts';
import { sectionId } from './sections.ts';
import { unpublished } from './unpublished.ts';
import { useWay } from './use-way.ts';
import { waysStrings as strings } from './ways-strings.ts';

type Values = SectionValues['players'];

const none = 'none';
const kinds = [
  { value: none, label: strings.noQuery },
  ...queryKindSchema.options.map((kind) => ({ value: kind, label: strings.queries[kind] })),
];

const kindOf = (query: string): QueryKind | null => queryKindSchema.safeParse(query).data ?? null;

/** How it is known who plays. What can be done to players comes with the template, and stays. */
export const usePlayersSection = (container: Container) =>
  useWay(container, 'players', {
    savedOf: ({ players }) => ({
      query: players?.query ?? none,
      port: players?.port ?? '',
      join: players?.console?.join ?? '',
      leave: players?.console?.leave ?? '',
    }),
    changesOf: (values) => changesOf(values, container.players),
    problems({ port, join, leave }, changes) {
      const isHalf = (join === '') !== (leave === '');
      return {
        ...(isHalf ? {} : problemsOf(changeContainerBody, changes)),
        ...(port === '' || isWithin(port, 1, 65_535) ? {} : { 'players.port': strings.badPort }),
        ...(isHalf ? { [`players.console.${join === '' ? 'join' : 'leave'}`]: strings.bothLines } : {}),
      };
    },
    fields: ['players.port', 'players.console.join', 'players.console.leave'],
  });

function changesOf({ query, port, join, leave }: Values, before: Container['players']): Changes {
  const kind = kindOf(query);
  const console = join === '' ? null : { join, leave };
  const commands = before?.commands ?? {};
  const isNothing = kind === null && console === null && Object.keys(commands).length === 0;
  const setting = { query: kind, port: port === '' || kind === null ? null : port, console, commands };
  return { players: isNothing ? null : setting };
}

interface PlayersSectionProps {
  model: ReturnType<typeof usePlayersSection>;
  container: Container;
}

export function PlayersSection({ model, container: { ports } }: PlayersSectionProps) {
  const { values, edit } = model.draft;
  const { at, rest } = model.mistakes;
  const kind = kindOf(values.query);
  const warning = kind && unpublished(ports, queryProtocol[kind], values.port || null);
  return (
    <FormSection
      id={sectionId('players')}
      title={strings.players}
      help={strings.playersHelp}
      onSave={null}
      error={rest}
    >
      <Clashes clashes={model.form.clashes} />
      <Group align="flex-start" gap="md">
        <Select
          label={strings.query}
          data={kinds}
          value={values.query}
          onChange={(query) => edit({ query: query ?? none })}
          allowDeselect={false}
          w={280}
        />
        {kind && (
          <NumberInput
            label={strings.queryPort}
            description={strings.queryPortHelp}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            value={values.port}
            onChange={(port) => edit({ port: typeof port === 'number' ? port : '' })}
            error={at('players.port')}
            allowDecimal={false}
            clampBehavior="none"
          />
        )}
      </Group>
      {warning && <Alert color="yellow">{warning}</Alert>}
      {(['join', 'leave'] as const).map((line) => (
        <TextInput
          key={line}
          label={strings[line]}
          description={line === 'join' ? strings.lineHelp : undefined}
          value={values[line]}
          onChange={(event) => edit({ [line]: event.currentTarget.value })}
          error={at(`players.console.${line}`)}
          classNames={{ input: 'mono' }}
          spellCheck={false}
        />
      ))}
    </FormSection>
  );
}
