import { Checkbox, Textarea, TextInput } from '@mantine/core';
import type { Container } from '../../../../shared/http/containers.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { useEdited } from '../../../ui/use-edited.ts';
import { PatternTrial } from './pattern-trial.tsx';
import { useSave } from './saving.ts';
import { words } from './words.ts';

export interface ServerSectionProps {
  container: Container;
  server: ServerSummary;
}

/** What the container is made with. */
export function StartSection({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const save = useSave(id, server.started_at);
  const { values, isChanged, edit, reset } = useEdited({
    name: container.name,
    startup: container.startup_command,
    ready: container.start_pattern ?? '',
    dataPath: container.data_path ?? '',
    tty: container.tty,
  });
  const onSave = (): void =>
    save.mutate(
      {
        name: values.name,
        startup_command: values.startup,
        start_pattern: values.ready,
        data_path: values.dataPath === '' ? null : values.dataPath,
        tty: values.tty,
      },
      { onSuccess: reset },
    );
  return (
    <FormSection
      title={words.start}
      help={words.startHelp}
      onSave={onSave}
      isChanged={isChanged}
      isBusy={save.isPending}
      error={save.error}
    >
      <TextInput
        label={words.name}
        value={values.name}
        onChange={(event) => edit({ name: event.currentTarget.value })}
      />
      <Textarea
        label={words.startup}
        description={words.startupHelp}
        value={values.startup}
        onChange={(event) => edit({ startup: event.currentTarget.value })}
        autosize
        minRows={2}
        maxRows={12}
        className="mono"
        spellCheck={false}
      />
      <TextInput
        label={words.ready}
        description={words.readyHelp}
        value={values.ready}
        onChange={(event) => edit({ ready: event.currentTarget.value })}
        spellCheck={false}
      />
      {values.ready !== '' && <PatternTrial id={id} pattern={values.ready} />}
      <TextInput
        label={words.dataPath}
        description={words.dataPathHelp}
        value={values.dataPath}
        onChange={(event) => edit({ dataPath: event.currentTarget.value })}
        spellCheck={false}
      />
      <Checkbox
        label={words.tty}
        checked={values.tty}
        onChange={(event) => edit({ tty: event.currentTarget.checked })}
      />
    </FormSection>
  );
}
