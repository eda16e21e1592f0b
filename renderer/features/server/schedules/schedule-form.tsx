import { Alert, Button, Checkbox, Group, NumberInput, Radio, Stack, TextInput, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { ScheduleList } from '../../../../shared/http/schedules.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { type Schedule, type ScheduleActionName, scopesOfStep } from '../../../../shared/model/schedule.ts';
import type { Scope } from '../../../../shared/scopes.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { Confirm } from '../../../ui/confirm.tsx';
import { passGuard, useLeaveGuard } from '../../../ui/leave-guard.ts';
import { mistakesOf } from '../../../ui/mistakes.ts';
import { usePermission } from '../../../ui/use-permission.ts';
import {
  bodyOf,
  draftOf,
  newDraft,
  newStep,
  problemsOfDraft,
  type ScheduleDraft,
  sentStep,
} from './draft.ts';
import { sayCommand } from './say-command.ts';
import { StepList } from './step-fields.tsx';
import { strings } from './strings.ts';
import { useSaveSchedule } from './use-schedules.ts';
import { WhenFields } from './when-fields.tsx';

interface ScheduleFormProps {
  server: ServerSummary;
  list: ScheduleList;
  /** Null: a new one. */
  schedule: Schedule | null;
  onDone: () => void;
}

/** Makes a schedule, or changes one. Mistakes are told at their fields, once somebody tried to save it. */
export function ScheduleForm({ server, list, schedule, onDone }: ScheduleFormProps) {
  const actions = useActions(server.internal_id, list.actions);
  const [first] = useState<ScheduleDraft>(() =>
    schedule ? draftOf(schedule) : newDraft(list.time_zone, firstOf(actions)),
  );
  const [draft, setDraft] = useState(first);
  const [isChecked, setChecked] = useState(false);
  const say = useMemo(() => sayCommand(server.image), [server.image]);
  const save = useSaveSchedule(server.internal_id, schedule?.id ?? null, onDone);
  const edit = (changes: Partial<ScheduleDraft>): void => {
    save.reset();
    setDraft((last) => ({ ...last, ...changes }));
  };
  const problems = problemsOfDraft(draft);
  const isWrong = Object.values(problems).some((problem) => problem !== null);
  const { at, rest } = mistakesOf(save.error, Object.keys(problems), isChecked ? problems : {});
  const submit = (): void => {
    setChecked(true);
    if (!isWrong && !save.isPending) save.mutate(bodyOf(draft, say));
  };
  const title = schedule ? strings.editTitle : strings.newTitle;
  return (
    <form
      className="surface"
      aria-label={title}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Stack p="md" gap="lg">
        <Title order={2} size="h4">
          {title}
        </Title>
        <TextInput
          label={strings.name}
          placeholder={strings.namePlaceholder}
          value={draft.name}
          onChange={(event) => edit({ name: event.currentTarget.value })}
          error={at('name')}
          maxLength={64}
          maw={420}
          data-autofocus
        />
        <WhenFields
          when={draft.when}
          timeZone={draft.timeZone}
          at={at}
          onWhen={(changes) => edit({ when: { ...draft.when, ...changes } })}
          onTimeZone={(timeZone) => edit({ timeZone })}
        />
        <StepList
          steps={draft.steps}
          actions={actions}
          say={say}
          at={at}
          onChange={(steps) => edit({ steps })}
        />
        <RuleFields draft={draft} knowsPlayers={list.knows_players} at={at} onChange={edit} />
        {rest && (
          <Alert color="red" role="alert">
            {hostText(rest.message)}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={save.isPending}>
            {strings.save}
          </Button>
          <Button variant="default" type="button" onClick={() => passGuard(onDone)}>
            {strings.back}
          </Button>
        </Group>
      </Stack>
      <LeaveGuard isChanged={JSON.stringify(draft) !== JSON.stringify(first)} />
    </form>
  );
}

/** What was changed isn't lost by a slip. */
function LeaveGuard({ isChanged }: { isChanged: boolean }) {
  const { isAsked, stay, leave } = useLeaveGuard(isChanged);
  return (
    <Confirm
      opened={isAsked}
      onClose={stay}
      onConfirm={leave}
      title={strings.leaveTitle}
      action={strings.leave}
    >
      {strings.leaveText}
    </Confirm>
  );
}

const firstOf = (actions: readonly ScheduleActionName[]): ScheduleActionName =>
  actions.includes('restart') ? 'restart' : (actions[0] ?? 'command');

/** What the host has and the token may do. */
function useActions(server: string, offered: readonly ScheduleActionName[]): ScheduleActionName[] {
  const { may } = usePermission();
  return offered.filter((action) => scopesOf(action).every((scope) => may(scope, server)));
}

/** With nothing chosen about it yet. */
const scopesOf = (action: ScheduleActionName): Scope[] => scopesOfStep(sentStep(newStep(0, action), ''));

interface RuleFieldsProps {
  draft: ScheduleDraft;
  knowsPlayers: boolean;
  at: (field: string) => string | null;
  onChange: (changes: Partial<ScheduleDraft>) => void;
}

/** When it is left out, and what becomes of a time that was missed. */
function RuleFields({ draft, knowsPlayers, at, onChange }: RuleFieldsProps) {
  return (
    <>
      <Stack gap="xs" role="group" aria-label={strings.conditions}>
        <Title order={3} size="h5">
          {strings.conditions}
        </Title>
        <Checkbox
          label={strings.onlyRunning}
          checked={draft.onlyRunning}
          onChange={(event) => onChange({ onlyRunning: event.currentTarget.checked })}
        />
        {knowsPlayers && (
          <Checkbox
            label={strings.onlyEmpty}
            checked={draft.onlyEmpty}
            onChange={(event) => onChange({ onlyEmpty: event.currentTarget.checked })}
          />
        )}
      </Stack>
      <Radio.Group
        label={strings.missed}
        value={draft.missed}
        onChange={(missed) => onChange({ missed: missed === 'run_once' ? 'run_once' : 'skip' })}
      >
        <Stack gap="xs" mt={6}>
          <Radio value="skip" label={strings.missedChoices.skip} />
          <Radio value="run_once" label={strings.missedChoices.run_once} />
        </Stack>
      </Radio.Group>
      {draft.missed === 'run_once' && (
        <NumberInput
          label={strings.missedLimit}
          value={draft.missedLimit}
          onChange={(limit) => onChange({ missedLimit: typeof limit === 'number' ? limit : '' })}
          error={at('missed_limit')}
          allowDecimal={false}
          clampBehavior="none"
          maw={220}
        />
      )}
    </>
  );
}
