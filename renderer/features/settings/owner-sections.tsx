import { Textarea, TextInput } from '@mantine/core';
import type { SettingsView } from '../../../shared/http/settings.ts';
import { FormSection } from '../../ui/form-section.tsx';
import { Lockable } from '../../ui/lockable.tsx';
import { mistakesOf } from '../../ui/mistakes.ts';
import { useEdited } from '../../ui/use-edited.ts';
import { foldersOf, foldersProblem } from './checks.ts';
import { EnginePlaces } from './engine-places.tsx';
import { onlyOwner } from './only-owner.tsx';
import { PanelSection } from './panel-section.tsx';
import { strings } from './strings.ts';
import { useChangeSettings } from './use-settings.ts';

/** Whom the host calls, what of the machine servers get, and who runs them: for the master token alone (B12). */
export function OwnerSections({ settings }: { settings: SettingsView }) {
  return (
    <Lockable isLocked={!settings.owner} label={strings.ownerSections}>
      <PanelSection settings={settings} />
      <EngineSection settings={settings} />
      <MountsSection settings={settings} />
    </Lockable>
  );
}

function EngineSection({ settings }: { settings: SettingsView }) {
  const save = useChangeSettings();
  const { values, isChanged, edit, reset } = useEdited({ path: settings.docker.socket_path }, save.reset);
  const { at, rest } = mistakesOf(save.error, ['docker.socket_path']);
  return (
    <FormSection
      title={strings.engineChoice}
      help={strings.engineChoiceHelp}
      onSave={() => save.mutate({ docker: { socket_path: values.path.trim() } }, { onSuccess: reset })}
      isChanged={isChanged}
      isBusy={save.isPending}
      error={rest}
    >
      {onlyOwner(settings.owner)}
      <TextInput
        label={strings.socketPath}
        placeholder={strings.automatic}
        value={values.path}
        onChange={(event) => edit({ path: event.currentTarget.value })}
        error={at('docker.socket_path')}
        spellCheck={false}
      />
      <EnginePlaces chosen={values.path.trim()} onChoose={(path) => edit({ path })} />
    </FormSection>
  );
}

function MountsSection({ settings }: { settings: SettingsView }) {
  const save = useChangeSettings();
  const saved = settings.storage.allowed_mounts.join('\n');
  const { values, isChanged, edit, reset } = useEdited({ text: saved }, save.reset);
  const local = foldersProblem(values.text);
  const { at, rest } = mistakesOf(save.error, ['storage.allowed_mounts'], {
    'storage.allowed_mounts': local,
  });
  return (
    <FormSection
      title={strings.mounts}
      help={strings.mountsHelp}
      onSave={() =>
        save.mutate({ storage: { allowed_mounts: foldersOf(values.text) } }, { onSuccess: reset })
      }
      isChanged={isChanged}
      isWrong={local !== null}
      isBusy={save.isPending}
      error={rest}
    >
      {onlyOwner(settings.owner)}
      <Textarea
        label={strings.mountFolders}
        description={strings.mountFoldersHelp}
        value={values.text}
        onChange={(event) => edit({ text: event.currentTarget.value })}
        error={at('storage.allowed_mounts')}
        autosize
        minRows={2}
        maxRows={10}
        className="mono"
        spellCheck={false}
      />
    </FormSection>
  );
}
