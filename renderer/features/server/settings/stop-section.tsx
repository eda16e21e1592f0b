import { Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { stopMethodSchema } from '../../../../shared/model/server.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { isWithin, type Mistakes, mistakesOf } from '../../../ui/mistakes.ts';
import { useEdited } from '../../../ui/use-edited.ts';
import { useSave } from './saving.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { strings } from './strings.ts';

interface Values {
  by: string;
  text: string;
  seconds: number | '';
  restart: boolean;
  autoStart: boolean;
}

const isSignalName = (text: string): boolean => stopMethodSchema.shape.signal.safeParse(text).success;

/** How it ends, and what happens then. */
export function StopSection({ container, server }: ServerSectionProps) {
  const save = useSave(server.internal_id);
  const { stop } = container;
  const { values, isChanged, edit, reset } = useEdited<Values>(
    {
      by: stop.command === undefined ? 'signal' : 'command',
      text: stop.command ?? stop.signal ?? 'SIGTERM',
      seconds: stop.timeout,
      restart: container.restart_policy === 'on-failure',
      autoStart: container.auto_start,
    },
    save.reset,
  );
  const isCommand = values.by === 'command';
  const local = {
    'stop.command': isCommand && values.text === '' ? strings.stopCommandNeeded : null,
    'stop.signal': isCommand || isSignalName(values.text) ? null : strings.badSignal,
    'stop.timeout': isWithin(values.seconds, 1, 3600) ? null : strings.badSeconds,
  };
  const { at, rest } = mistakesOf(save.error, Object.keys(local), local);
  const onSave = (): void =>
    save.mutate(
      {
        stop: {
          ...(isCommand ? { command: values.text } : { signal: values.text }),
          timeout: Number(values.seconds),
        },
        restart_policy: values.restart ? 'on-failure' : 'no',
        auto_start: values.autoStart,
      },
      { onSuccess: reset },
    );
  return (
    <FormSection
      title={strings.stopping}
      help={strings.stoppingHelp}
      onSave={onSave}
      isChanged={isChanged}
      isWrong={Object.values(local).some((problem) => problem !== null)}
      isBusy={save.isPending}
      error={rest}
    >
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
