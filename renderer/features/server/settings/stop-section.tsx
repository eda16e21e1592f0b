import { Checkbox, Group, NumberInput, Select, TextInput } from '@mantine/core';
import { FormSection } from '../../../ui/form-section.tsx';
import { useEdited } from '../../../ui/use-edited.ts';
import { useSave } from './saving.ts';
import type { ServerSectionProps } from './start-section.tsx';
import { words } from './words.ts';

/** How it ends, and what happens then. */
export function StopSection({ container, server }: ServerSectionProps) {
  const save = useSave(server.internal_id, server.started_at);
  const { stop } = container;
  const { values, isChanged, edit, reset } = useEdited({
    by: stop.command === undefined ? 'signal' : 'command',
    text: stop.command ?? stop.signal ?? 'SIGTERM',
    seconds: stop.timeout,
    restart: container.restart_policy === 'on-failure',
    autoStart: container.auto_start,
  });
  const isCommand = values.by === 'command';
  const onSave = (): void =>
    save.mutate(
      {
        stop: {
          ...(isCommand ? { command: values.text } : { signal: values.text }),
          timeout: values.seconds,
        },
        restart_policy: values.restart ? 'on-failure' : 'no',
        auto_start: values.autoStart,
      },
      { onSuccess: reset },
    );
  return (
    <FormSection
      title={words.stopping}
      help={words.stoppingHelp}
      onSave={onSave}
      isChanged={isChanged}
      isBusy={save.isPending}
      error={save.error}
    >
      <Group align="flex-start" gap="md">
        <Select
          label={words.stopBy}
          data={[
            { value: 'command', label: words.stopByOptions.command },
            { value: 'signal', label: words.stopByOptions.signal },
          ]}
          value={values.by}
          onChange={(by) => edit({ by: by ?? 'signal', text: by === 'command' ? 'stop' : 'SIGTERM' })}
          allowDeselect={false}
        />
        <TextInput
          label={isCommand ? words.stopCommand : words.stopSignal}
          value={values.text}
          onChange={(event) => edit({ text: event.currentTarget.value })}
        />
        <NumberInput
          label={words.stopSeconds}
          value={values.seconds}
          onChange={(seconds) => edit({ seconds: typeof seconds === 'number' ? seconds : 0 })}
          min={1}
          max={3600}
        />
      </Group>
      <Checkbox
        label={words.restartPolicy}
        checked={values.restart}
        onChange={(event) => edit({ restart: event.currentTarget.checked })}
      />
      <Checkbox
        label={words.autoStart}
        checked={values.autoStart}
        onChange={(event) => edit({ autoStart: event.currentTarget.checked })}
      />
    </FormSection>
  );
}
