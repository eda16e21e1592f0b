import { Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core';
import type { Container } from '../../../../shared/http/containers.ts';
import { stopMethodSchema } from '../../../../shared/model/server.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { isWithin, type Mistakes, mistakesOf } from '../../../ui/mistakes.ts';
import { freshContainer } from '../use-container.ts';
import { Clashes } from './clashes.tsx';
import type { SectionValues } from './drafts.ts';
import { type Changes, holdOf, useSave } from './saving.ts';
import { labelOf, sectionId } from './sections.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';
import { type SectionForm, useDraft } from './use-draft.ts';

type Values = SectionValues['stopping'];

const isSignalName = (text: string): boolean => stopMethodSchema.shape.signal.safeParse(text).success;

const savedOf = ({ stop, restart_policy, auto_start }: Container): Values => ({
  by: stop.command === undefined ? 'signal' : 'command',
  text: stop.command ?? stop.signal ?? 'SIGTERM',
  seconds: stop.timeout,
  restart: restart_policy === 'on-failure',
  autoStart: auto_start,
});

/** How it is stopped is one thing to the host; the rest goes by itself. */
function requestOf(values: Values, changed: readonly string[]): Changes {
  const isStop = ['by', 'text', 'seconds'].some((field) => changed.includes(field));
  const how = values.by === 'command' ? { command: values.text } : { signal: values.text };
  return {
    ...(isStop ? { stop: { ...how, timeout: Number(values.seconds) } } : {}),
    ...(changed.includes('restart') ? { restart_policy: values.restart ? 'on-failure' : 'no' } : {}),
    ...(changed.includes('autoStart') ? { auto_start: values.autoStart } : {}),
  };
}

/** How it ends, and what happens then. */
export function useStopSection({ container, server: { internal_id: id } }: ServerSectionProps) {
  const save = useSave(id);
  const draft = useDraft(id, 'stopping', savedOf(container), {
    words: { label: (field) => labelOf('stopping', field) },
    onEdit: save.reset,
  });
  const { values } = draft;
  const isCommand = values.by === 'command';
  const local = {
    'stop.command': isCommand && values.text === '' ? strings.stopCommandNeeded : null,
    'stop.signal': isCommand || isSignalName(values.text) ? null : strings.badSignal,
    'stop.timeout': isWithin(values.seconds, 1, 3600) ? null : strings.badSeconds,
  };
  const isWrong = Object.values(local).some((problem) => problem !== null);
  const form: SectionForm = {
    name: 'stopping',
    changed: draft.labels,
    clashes: draft.clashes,
    isWrong,
    isBusy: save.isPending,
    check: () => !isWrong,
    isOverrun: async () => draft.isOverrunBy(savedOf(await freshContainer(id))),
    async save() {
      const reply = await save.mutateAsync(requestOf(values, draft.changed));
      draft.discard();
      return holdOf(reply);
    },
    discard: draft.discard,
  };
  return { form, draft, mistakes: mistakesOf(save.error, Object.keys(local), local) };
}

export function StopSection({ model }: { model: ReturnType<typeof useStopSection> }) {
  const { values, edit } = model.draft;
  const { at, rest } = model.mistakes;
  return (
    <FormSection
      id={sectionId('stopping')}
      title={strings.stopping}
      help={strings.stoppingHelp}
      onSave={null}
      error={rest}
    >
      <Clashes clashes={model.form.clashes} />
      <StopFields values={values} onChange={edit} at={at} />
      <Checkbox
        label={strings.restartPolicy}
        checked={values.restart}
        onChange={(event) => edit({ restart: event.currentTarget.checked })}
      />
      <Checkbox
        label={strings.autoStart}
        checked={values.autoStart}
        onChange={(event) => edit({ autoStart: event.currentTarget.checked })}
      />
    </FormSection>
  );
}

interface StopFieldsProps {
  values: Values;
  onChange: (changes: Partial<Values>) => void;
  at: Mistakes['at'];
}

/** By what it is asked to end, and for how long it may take. */
function StopFields({ values, onChange, at }: StopFieldsProps) {
  const isCommand = values.by === 'command';
  return (
    <Group align="flex-start" gap="md">
      <Select
        label={strings.stopBy}
        data={[
          { value: 'command', label: strings.stopByOptions.command },
          { value: 'signal', label: strings.stopByOptions.signal },
        ]}
        value={values.by}
        onChange={(by) => onChange({ by: by ?? 'signal', text: by === 'command' ? 'stop' : 'SIGTERM' })}
        allowDeselect={false}
      />
      <TextInput
        label={isCommand ? strings.stopCommand : strings.stopSignal}
        value={values.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
        error={at(isCommand ? 'stop.command' : 'stop.signal')}
      />
      <NumberInput
        label={strings.stopSeconds}
        value={values.seconds}
        onChange={(seconds) => onChange({ seconds: typeof seconds === 'number' ? seconds : '' })}
        error={at('stop.timeout')}
        allowDecimal={false}
        clampBehavior="none"
      />
    </Group>
  );
}
