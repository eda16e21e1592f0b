import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { changeContainerBody } from '../../../../shared/http/container-body.ts';
import type { Container } from '../../../../shared/http/containers.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { FormSection } from '../../../ui/form-section.tsx';
import { mistakesOf, problemsOf } from '../../../ui/mistakes.ts';
import { RunsAsField } from '../../../ui/runs-as-field.tsx';
import { freshContainer } from '../use-container.ts';
import { BadPattern } from './bad-pattern.tsx';
import { Clashes } from './clashes.tsx';
import type { SectionValues } from './drafts.ts';
import { ImageFields } from './image-fields.tsx';
import { PatternTrial } from './pattern-trial.tsx';
import { type Changes, holdOf, useSave } from './saving.ts';
import { labelOf, sectionId } from './sections.ts';
import { strings } from './strings.ts';
import { type SectionForm, useDraft } from './use-draft.ts';

type Values = SectionValues['start'];
const fields = ['name', 'startup_command', 'start_pattern', 'data_path', 'time_zone', 'volume_owner'];

export interface ServerSectionProps {
  container: Container;
  server: ServerSummary;
}

const savedOf = (container: Container): Values => ({
  name: container.name,
  startup: container.startup_command,
  ready: container.start_pattern ?? '',
  dataPath: container.data_path ?? '',
  timeZone: container.time_zone ?? '',
  owner: container.volume_owner ?? '',
  user: container.user.setting,
  readOnlyRoot: container.read_only_root,
  tty: container.tty,
});

/** Those that differ alone, so that what somebody else changed beside them stays. */
function requestOf(values: Values, changed: readonly string[]): Changes {
  const all: Readonly<Record<keyof Values, Changes>> = {
    name: { name: values.name },
    startup: { startup_command: values.startup },
    ready: { start_pattern: values.ready },
    dataPath: { data_path: values.dataPath === '' ? null : values.dataPath },
    timeZone: { time_zone: values.timeZone === '' ? null : values.timeZone },
    owner: { volume_owner: values.owner === '' ? null : values.owner },
    user: { user: values.user },
    readOnlyRoot: { read_only_root: values.readOnlyRoot },
    tty: { tty: values.tty },
  };
  let request: Changes = {};
  for (const [field, change] of Object.entries(all))
    if (changed.includes(field)) request = { ...request, ...change };
  return request;
}

/** What the container is made with. */
export function useStartSection({ container, server: { internal_id: id } }: ServerSectionProps) {
  const save = useSave(id);
  const draft = useDraft(id, 'start', savedOf(container), {
    words: { label: (field) => labelOf('start', field) },
    onEdit: save.reset,
  });
  const request = requestOf(draft.values, draft.changed);
  const problems = problemsOf(changeContainerBody, request);
  const isWrong = Object.keys(problems).length > 0;
  const form: SectionForm = {
    name: 'start',
    changed: draft.labels,
    clashes: draft.clashes,
    isWrong,
    isBusy: save.isPending,
    check: () => !isWrong,
    isOverrun: async () => draft.isOverrunBy(savedOf(await freshContainer(id))),
    async save() {
      const reply = await save.mutateAsync(request);
      draft.discard();
      return holdOf(reply);
    },
    discard: draft.discard,
  };
  return { form, id, draft, now: container.user, mistakes: mistakesOf(save.error, fields, problems) };
}

export function StartSection({ model }: { model: ReturnType<typeof useStartSection> }) {
  const { form, id, now, mistakes } = model;
  const { values, edit } = model.draft;
  const { at, rest } = mistakes;
  return (
    <FormSection
      id={sectionId('start')}
      title={strings.start}
      help={strings.startHelp}
      onSave={null}
      error={rest}
    >
      <Clashes clashes={form.clashes} />
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
      <RunsAsField value={values.user} onChange={(user) => edit({ user })} now={now} />
      <Checkbox
        label={strings.tty}
        checked={values.tty}
        onChange={(event) => edit({ tty: event.currentTarget.checked })}
      />
    </FormSection>
  );
}
