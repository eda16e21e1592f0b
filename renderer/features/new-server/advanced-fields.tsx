import { Accordion, Checkbox, Select, Stack } from '@mantine/core';
import { RunsAsField } from '../../ui/runs-as-field.tsx';
import { userOf } from './draft.ts';
import { NumberField, type SectionProps, TextField } from './fields.tsx';
import type { Recipe } from './recipe.ts';
import { strings } from './strings.ts';

/** What most people never need; it opens by itself when a mistake is in it. */
export function AdvancedFields(props: SectionProps & { recipe: Recipe }) {
  const { mistakes, recipe, draft, change } = props;
  const isImage = recipe.kind === 'image';
  const isWrong = (
    ['ready', 'stop', 'stopSeconds', 'install', 'dataPath', 'timeZone', 'owner'] as const
  ).some((field) => mistakes[field] !== undefined);
  const isWrongInRecipe = !isImage && (mistakes.image ?? mistakes.startup) !== undefined;
  return (
    <Accordion
      variant="contained"
      keepMounted={false}
      {...(isWrong || isWrongInRecipe ? { value: 'advanced' } : {})}
    >
      <Accordion.Item value="advanced">
        <Accordion.Control>{strings.advanced}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="md">
            {!isImage && (
              <>
                <TextField {...props} field="image" label={strings.image} required />
                <TextField
                  {...props}
                  field="startup"
                  label={strings.startup}
                  description={draft.entrypoint === 'image' ? strings.imageStartupHelp : strings.startupHelp}
                  lines={2}
                  required={draft.entrypoint === 'shell'}
                />
              </>
            )}
            {isImage && (
              <Select
                label={strings.entrypoint}
                description={strings.entrypointHelp}
                data={[
                  { value: 'shell', label: strings.entrypoints.shell },
                  { value: 'image', label: strings.entrypoints.image },
                ]}
                value={draft.entrypoint}
                onChange={(value) => change({ entrypoint: value === 'image' ? 'image' : 'shell' })}
                allowDeselect={false}
              />
            )}
            <TextField {...props} field="ready" label={strings.ready} description={strings.readyHelp} />
            <StopFields {...props} />
            <TextField
              {...props}
              field="install"
              label={strings.install}
              description={strings.installHelp}
              lines={3}
            />
            <TextField
              {...props}
              field="dataPath"
              label={strings.dataPath}
              description={strings.dataPathHelp}
            />
            <TextField
              {...props}
              field="timeZone"
              label={strings.timeZone}
              description={strings.timeZoneHelp}
            />
            <TextField {...props} field="owner" label={strings.owner} description={strings.ownerHelp} />
            <RunsAsField value={userOf(draft, recipe)} onChange={(user) => change({ user })} />
            <Switches {...props} />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

/** How it is asked to end, and how long it may take. */
function StopFields(props: SectionProps) {
  const { draft, change } = props;
  return (
    <>
      <Select
        label={strings.stopBy}
        data={[
          { value: 'command', label: strings.stopByOptions.command },
          { value: 'signal', label: strings.stopByOptions.signal },
        ]}
        value={draft.stopBy}
        onChange={(value) =>
          change(
            value === 'command' ? { stopBy: 'command', stop: 'stop' } : { stopBy: 'signal', stop: 'SIGTERM' },
          )
        }
        allowDeselect={false}
      />
      <TextField
        {...props}
        field="stop"
        label={draft.stopBy === 'command' ? strings.stopCommand : strings.stopSignal}
      />
      <NumberField {...props} field="stopSeconds" label={strings.stopSeconds} min={1} />
    </>
  );
}

function Switches({ draft, change }: SectionProps) {
  return (
    <>
      <Checkbox
        label={strings.readOnlyRoot}
        description={strings.readOnlyRootHelp}
        checked={draft.readOnlyRoot}
        onChange={(event) => change({ readOnlyRoot: event.currentTarget.checked })}
      />
      <Checkbox
        label={strings.tty}
        checked={draft.tty}
        onChange={(event) => change({ tty: event.currentTarget.checked })}
      />
      <Checkbox
        label={strings.restart}
        checked={draft.restart}
        onChange={(event) => change({ restart: event.currentTarget.checked })}
      />
      <Checkbox
        label={strings.autoStart}
        checked={draft.autoStart}
        onChange={(event) => change({ autoStart: event.currentTarget.checked })}
      />
    </>
  );
}
