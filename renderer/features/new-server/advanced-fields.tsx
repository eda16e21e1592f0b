import { Accordion, Checkbox, Select, Stack } from '@mantine/core';
import type { Template } from '../../../shared/templates/template.ts';
import { NumberField, type SectionProps, TextField } from './fields.tsx';
import { words } from './strings.ts';

/** What most people never need; it opens by itself when a mistake is in it. */
export function AdvancedFields(props: SectionProps & { template: Template | null }) {
  const { draft, change, mistakes, template } = props;
  const isWrong = (['ready', 'stop', 'stopSeconds', 'install', 'dataPath'] as const).some(
    (field) => mistakes[field] !== undefined,
  );
  const isWrongInTemplate = template !== null && (mistakes.image ?? mistakes.startup) !== undefined;
  return (
    <Accordion
      variant="contained"
      keepMounted={false}
      {...(isWrong || isWrongInTemplate ? { value: 'advanced' } : {})}
    >
      <Accordion.Item value="advanced">
        <Accordion.Control>{words.advanced}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="md">
            {template !== null && (
              <>
                <TextField {...props} field="image" label={words.image} required />
                <TextField
                  {...props}
                  field="startup"
                  label={words.startup}
                  description={words.startupHelp}
                  lines={2}
                  required
                />
              </>
            )}
            <TextField {...props} field="ready" label={words.ready} description={words.readyHelp} />
            <Select
              label={words.stopBy}
              data={[
                { value: 'command', label: words.stopByOptions.command },
                { value: 'signal', label: words.stopByOptions.signal },
              ]}
              value={draft.stopBy}
              onChange={(value) =>
                change(
                  value === 'command'
                    ? { stopBy: 'command', stop: 'stop' }
                    : { stopBy: 'signal', stop: 'SIGTERM' },
                )
              }
              allowDeselect={false}
            />
            <TextField
              {...props}
              field="stop"
              label={draft.stopBy === 'command' ? words.stopCommand : words.stopSignal}
            />
            <NumberField {...props} field="stopSeconds" label={words.stopSeconds} min={1} />
            <TextField
              {...props}
              field="install"
              label={words.install}
              description={words.installHelp}
              lines={3}
            />
            <TextField {...props} field="dataPath" label={words.dataPath} description={words.dataPathHelp} />
            <Checkbox
              label={words.tty}
              checked={draft.tty}
              onChange={(event) => change({ tty: event.currentTarget.checked })}
            />
            <Checkbox
              label={words.restart}
              checked={draft.restart}
              onChange={(event) => change({ restart: event.currentTarget.checked })}
            />
            <Checkbox
              label={words.autoStart}
              checked={draft.autoStart}
              onChange={(event) => change({ autoStart: event.currentTarget.checked })}
            />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}
