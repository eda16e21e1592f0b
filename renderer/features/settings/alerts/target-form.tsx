import { Alert, Button, Group, PasswordInput, Select, Stack, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { errorText } from '../../../../shared/error-text.ts';
import { alertFormSchema, alertForms, type Target } from '../../../../shared/model/alert.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { CopyButton } from '../../../ui/copy.tsx';
import { type Mistakes, mistakesOf } from '../../../ui/mistakes.ts';
import { bodyOf, draftOf, newDraft, problemsOfDraft, type TargetDraft } from './draft.ts';
import { EventFields, QuietFields, ServerFields } from './rule-fields.tsx';
import { strings } from './strings.ts';
import { useSaveTarget } from './use-alerts.ts';

interface TargetFormProps {
  /** Null: a new one. */
  target: Target | null;
  /** The host's. */
  timeZone: string;
  onDone: () => void;
}

export interface FieldsProps {
  draft: TargetDraft;
  at: Mistakes['at'];
  onChange: (changes: Partial<TargetDraft>) => void;
}

const fields = ['name', 'form', 'url', 'secret', 'events', 'servers', 'quiet', 'gather'];

/** Adds a target, or changes one. Mistakes are told at their fields, once somebody tried to save it. */
export function TargetForm({ target, timeZone, onDone }: TargetFormProps) {
  const [draft, setDraft] = useState<TargetDraft>(() =>
    target ? draftOf(target, timeZone) : newDraft(timeZone),
  );
  const [isChecked, setChecked] = useState(false);
  const save = useSaveTarget(target?.id ?? null, onDone);
  const edit = (changes: Partial<TargetDraft>): void => {
    save.reset();
    setDraft((last) => ({ ...last, ...changes }));
  };
  const problems = problemsOfDraft(draft, target);
  const { at, rest } = mistakesOf(save.error, fields, isChecked ? problems : {});
  const title = target ? strings.editTitle : strings.newTitle;
  return (
    <form
      className="surface"
      aria-label={title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setChecked(true);
        if (Object.keys(problems).length === 0 && !save.isPending) save.mutate(bodyOf(draft, target));
      }}
    >
      <Stack p="md" gap="lg">
        <Title order={2} size="h4">
          {title}
        </Title>
        <AddressFields draft={draft} target={target} at={at} onChange={edit} />
        <EventFields draft={draft} at={at} onChange={edit} />
        <ServerFields draft={draft} at={at} onChange={edit} />
        <QuietFields draft={draft} at={at} onChange={edit} />
        {rest && (
          <Alert color="red" role="alert">
            {hostText(errorText(rest))}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {strings.save}
          </Button>
          <Button variant="default" type="button" onClick={onDone}>
            {strings.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function AddressFields({ draft, target, at, onChange }: FieldsProps & { target: Target | null }) {
  const { form } = draft;
  return (
    <>
      <TextInput
        label={strings.name}
        placeholder={strings.namePlaceholder}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        error={at('name')}
        maxLength={64}
        maw={420}
        data-autofocus
      />
      <Select
        label={strings.form}
        data={alertForms.map((value) => ({ value, label: strings.forms[value] }))}
        value={form}
        onChange={(value) => {
          const { data } = alertFormSchema.safeParse(value);
          if (data) onChange({ form: data });
        }}
        allowDeselect={false}
        maw={220}
      />
      <TextInput
        label={strings.url}
        description={target ? strings.urlKept(target.address) : strings.urlHelp[form]}
        value={draft.url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
        error={at('url')}
        spellCheck={false}
        autoComplete="off"
        className="mono"
      />
      {(form === 'json' || form === 'ntfy') && (
        <SecretField draft={draft} target={target} at={at} onChange={onChange} />
      )}
    </>
  );
}

function SecretField({ draft, target, at, onChange }: FieldsProps & { target: Target | null }) {
  const isToken = draft.form === 'ntfy';
  const isKept = target?.has_secret === true && target.form === draft.form;
  const help = isToken ? strings.accessTokenHelp : strings.secretHelp;
  return (
    <PasswordInput
      label={isToken ? strings.accessToken : strings.secret}
      description={isKept ? strings.secretKept : help}
      value={draft.secret}
      onChange={(event) => onChange({ secret: event.currentTarget.value })}
      error={at('secret')}
      autoComplete="new-password"
      className="mono"
      styles={{ wrapper: { margin: 0 } }}
      inputContainer={(input) => (
        <Group gap="xs" my={5}>
          <div style={{ flex: '1 1 220px' }}>{input}</div>
          {!isToken && (
            <Button variant="default" type="button" onClick={() => onChange({ secret: newSecret() })}>
              {strings.generate}
            </Button>
          )}
          {!isToken && draft.secret !== '' && (
            <CopyButton text={draft.secret} what={strings.secretCopied} isSecret />
          )}
        </Group>
      )}
    />
  );
}

/** 32 random bytes, as letters and digits. */
const newSecret = (): string =>
  [...crypto.getRandomValues(new Uint8Array(32))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
