import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { changeContainerBody } from '../../../../shared/http/container-body.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf, problemsOf } from '../../../ui/mistakes.ts';
import { RunsAsField } from '../../../ui/runs-as-field.tsx';
import { useEdited } from '../../../ui/use-edited.ts';
import { BadPattern } from './bad-pattern.tsx';
import { ImageFields } from './image-fields.tsx';
import { PatternTrial } from './pattern-trial.tsx';
import { type Changes, useSave } from './saving.ts';
import { strings } from './strings.ts';

const fields = ['name', 'startup_command', 'start_pattern', 'data_path', 'time_zone', 'volume_owner'];

export interface ServerSectionProps {
  container: Container;
  server: ServerSummary;
}

/** What the container is made with. */
export function StartSection({ container, server }: ServerSectionProps) {
  const id = server.internal_id;
  const save = useSave(id);
  const { values, isChanged, edit, reset } = useEdited(
    {
      name: container.name,
      startup: container.startup_command,
      ready: container.start_pattern ?? '',
      dataPath: container.data_path ?? '',
      timeZone: container.time_zone ?? '',
      owner: container.volume_owner ?? '',
      user: container.user.setting,
      readOnlyRoot: container.read_only_root,
      tty: container.tty,
    },
    save.reset,
  );
  const changes: Changes = {
    name: values.name,
    startup_command: values.startup,
    start_pattern: values.ready,
    data_path: values.dataPath === '' ? null : values.dataPath,
    time_zone: values.timeZone === '' ? null : values.timeZone,
    volume_owner: values.owner === '' ? null : values.owner,
    user: values.user,
    read_only_root: values.readOnlyRoot,
    tty: values.tty,
  };
  const problems = problemsOf(changeContainerBody, changes);
  const { at, rest } = mistakesOf(save.error, fields, problems);
  return (
    <FormSection
      title={strings.start}
      help={strings.startHelp}
      onSave={() => save.mutate(changes, { onSuccess: reset })}
      isChanged={isChanged}
      isWrong={Object.keys(problems).length > 0}
      isBusy={save.isPending}
      error={rest}
    >
      <TextInput
        label={strings.name}
        value={values.name}
        onChange={(event) => edit({ name: event.currentTarget.value })}
        error={at('name')}
      />
      <Textarea
        label={strings.startup}
        description={strings.startupHelp}
        value={values.startup}
        onChange={(event) => edit({ startup: event.currentTarget.value })}
        error={at('startup_command')}
        autosize
        minRows={2}
        maxRows={12}
        className="mono"
        spellCheck={false}
      />
      <TextInput
        label={strings.ready}
        description={strings.readyHelp}
        value={values.ready}
        onChange={(event) => edit({ ready: event.currentTarget.value })}
        error={at('start_pattern')}
        spellCheck={false}
      />
      <BadPattern pattern={values.ready} />
      {values.ready !== '' && <PatternTrial id={id} pattern={values.ready} />}
      <ImageFields values={values} edit={edit} at={at} />
      <RunsAsField value={values.user} onChange={(user) => edit({ user })} now={container.user} />
      <Checkbox
        label={strings.tty}
        checked={values.tty}
        onChange={(event) => edit({ tty: event.currentTarget.checked })}
      />
    </FormSection>
  );
}
