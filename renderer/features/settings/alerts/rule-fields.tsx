import {
  Button,
  Checkbox,
  Group,
  Input,
  MultiSelect,
  Radio,
  Select,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core';
import { useStore } from 'zustand';
import { type AlertEvent, alertEventSchema, alertEvents } from '../../../../shared/model/alert.ts';
import { hostStore } from '../../../state/host-store.ts';
import { ZoneSelect } from '../../../ui/zone-select.tsx';
import { troubles } from './draft.ts';
import { strings } from './strings.ts';
import type { FieldsProps } from './target-form.tsx';

/** What is told, in words. */
export function EventFields({ draft, at, onChange }: FieldsProps) {
  const choose = (events: readonly string[]): void =>
    onChange({ events: events.flatMap((event) => alertEventSchema.safeParse(event).data ?? []) });
  const pick = (label: string, events: readonly AlertEvent[]) => (
    <Button size="compact-xs" variant="default" type="button" onClick={() => choose(events)}>
      {label}
    </Button>
  );
  return (
    <Stack gap="xs">
      <Checkbox.Group label={strings.events} value={draft.events} onChange={choose} error={at('events')}>
        <Stack gap={6} mt={6}>
          {alertEvents.map((event) => (
            <Checkbox key={event} value={event} label={strings.eventNames[event]} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Group gap="xs">
        {pick(strings.allEvents, alertEvents)}
        {pick(strings.troubleOnly, troubles)}
        {pick(strings.noEvents, [])}
      </Group>
    </Stack>
  );
}

/** Whose affairs are told. */
export function ServerFields({ draft, at, onChange }: FieldsProps) {
  const servers = useStore(hostStore.store, (state) => state.servers);
  const names = new Map((servers ?? []).map(({ internal_id: id, name }) => [id, name]));
  // One that was deleted may come back, and is kept until somebody takes it out.
  const options = [...new Set([...names.keys(), ...draft.servers])];
  return (
    <Stack gap="xs">
      <Radio.Group
        label={strings.servers}
        value={draft.allServers ? 'all' : 'some'}
        onChange={(value) => onChange({ allServers: value === 'all' })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="all" label={strings.allServers} />
          <Radio value="some" label={strings.someServers} />
        </Stack>
      </Radio.Group>
      {!draft.allServers && (
        <MultiSelect
          aria-label={strings.pickServers}
          placeholder={draft.servers.length === 0 ? strings.pickServers : ''}
          data={options.map((value) => ({ value, label: names.get(value) ?? value }))}
          value={draft.servers}
          onChange={(chosen) => onChange({ servers: chosen })}
          error={at('servers')}
          searchable
          limit={100}
          maw={420}
        />
      )}
    </Stack>
  );
}

/** When it is told. */
export function QuietFields({ draft, at, onChange }: FieldsProps) {
  return (
    <>
      <Select
        label={strings.gather}
        description={strings.gatherHelp}
        data={gatherOptions(draft.gather)}
        value={String(draft.gather)}
        onChange={(value) => onChange({ gather: Number(value) })}
        allowDeselect={false}
        maw={260}
      />
      <Input.Wrapper label={strings.quiet} description={strings.quietHelp} labelElement="div">
        <Stack gap="xs" mt={6}>
          <Switch
            label={strings.quietOn}
            checked={draft.isQuiet}
            onChange={(event) => onChange({ isQuiet: event.currentTarget.checked })}
          />
          {draft.isQuiet && (
            <Group align="flex-start" gap="md">
              <TextInput
                type="time"
                label={strings.from}
                value={draft.from}
                onChange={(event) => onChange({ from: event.currentTarget.value })}
                error={at('quiet.from')}
                w={120}
              />
              <TextInput
                type="time"
                label={strings.to}
                value={draft.to}
                onChange={(event) => onChange({ to: event.currentTarget.value })}
                error={at('quiet.to') ?? at('quiet')}
                w={120}
              />
              <ZoneSelect
                value={draft.timeZone}
                error={at('quiet.time_zone')}
                onChange={(timeZone) => onChange({ timeZone })}
              />
            </Group>
          )}
        </Stack>
      </Input.Wrapper>
    </>
  );
}

/** Also what was set elsewhere. */
function gatherOptions(seconds: number): { value: string; label: string }[] {
  const usual = strings.gathers.map(([value, label]) => ({ value, label }));
  const value = String(seconds);
  return usual.some((one) => one.value === value)
    ? usual
    : [...usual, { value, label: strings.seconds(seconds) }];
}
