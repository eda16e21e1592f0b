import { Checkbox, Group, NumberInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { maxSteps, type ScheduleActionName } from '../../../../shared/model/schedule.ts';
import { AddRowButton } from '../../../ui/add-row-button.tsx';
import { IconAction } from '../../../ui/icon-action.tsx';
import type { Mistakes } from '../../../ui/mistakes.ts';
import { changeRow, nextKey, removeRow } from '../../../ui/rows.ts';
import { canWarn, newStep, type StepDraft, warningOf } from './draft.ts';
import { strings } from './strings.ts';

interface StepListProps {
  steps: StepDraft[];
  /** Those that this host has and the token may do. */
  actions: readonly ScheduleActionName[];
  say: string;
  at: Mistakes['at'];
  onChange: (steps: StepDraft[]) => void;
}

/** What it does, in order. */
export function StepList({ steps, actions, say, at, onChange }: StepListProps) {
  const [first = 'command'] = actions;
  const swap = (index: number, other: number): void => {
    const moved = [...steps];
    const [step] = moved.splice(index, 1);
    if (step) moved.splice(other, 0, step);
    onChange(moved);
  };
  return (
    <Stack gap="md" role="group" aria-label={strings.steps}>
      <Title order={3} size="h5">
        {strings.steps}
      </Title>
      {steps.map((step, index) => (
        <Stack key={step.key} gap="sm" role="group" aria-label={strings.stepTitle(index + 1)}>
          <Group justify="space-between" wrap="nowrap">
            <Title order={4} size="h6">
              {strings.stepTitle(index + 1)}
            </Title>
            <Group gap={2} wrap="nowrap">
              {index > 0 && (
                <IconAction label={strings.up(index + 1)} onClick={() => swap(index, index - 1)}>
                  <IconArrowUp size={16} />
                </IconAction>
              )}
              {index < steps.length - 1 && (
                <IconAction label={strings.down(index + 1)} onClick={() => swap(index, index + 1)}>
                  <IconArrowDown size={16} />
                </IconAction>
              )}
              {steps.length > 1 && (
                <IconAction
                  label={strings.removeStep(index + 1)}
                  onClick={() => onChange(removeRow(steps, step.key))}
                >
                  <IconTrash size={16} />
                </IconAction>
              )}
            </Group>
          </Group>
          <StepFields
            step={step}
            actions={actions}
            say={say}
            at={(field) => at(`steps.${index}.${field}`)}
            onChange={(changes) => onChange(changeRow(steps, step.key, changes))}
          />
        </Stack>
      ))}
      {steps.length < maxSteps && (
        <AddRowButton
          label={strings.addStep}
          onClick={() => onChange([...steps, newStep(nextKey(steps), first)])}
        />
      )}
    </Stack>
  );
}

interface StepFieldsProps {
  step: StepDraft;
  actions: readonly ScheduleActionName[];
  say: string;
  at: (field: string) => string | null;
  onChange: (changes: Partial<StepDraft>) => void;
}

function StepFields({ step, actions, say, at, onChange }: StepFieldsProps) {
  const { action } = step;
  return (
    <>
      <Group align="flex-start" gap="md">
        <Select
          label={strings.action}
          data={actions.map((name) => ({ value: name, label: strings.actions[name] }))}
          value={action}
          onChange={(name) => onChange({ action: actions.find((one) => one === name) ?? action })}
          error={at('action')}
          allowDeselect={false}
          w={{ base: '100%', xs: 220 }}
        />
        <NumberInput
          label={strings.delay}
          value={step.delay}
          onChange={(delay) => onChange({ delay: typeof delay === 'number' ? delay : '' })}
          error={at('delay')}
          allowDecimal={false}
          clampBehavior="none"
          w={{ base: '100%', xs: 200 }}
        />
      </Group>
      {action === 'command' && (
        <TextInput
          label={strings.command}
          description={strings.commandHelp}
          value={step.command}
          onChange={(event) => onChange({ command: event.currentTarget.value })}
          error={at('command')}
          className="mono"
          spellCheck={false}
          autoComplete="off"
        />
      )}
      {action === 'update' && (
        <Text size="sm" className="quiet">
          {strings.updateHelp}
        </Text>
      )}
      {action === 'backup' && (
        <Checkbox
          label={strings.backupStops}
          checked={step.stops}
          onChange={(event) => onChange({ stops: event.currentTarget.checked })}
        />
      )}
      {canWarn(action) && (
        <Checkbox
          label={strings.warn}
          checked={step.warns}
          onChange={(event) => onChange({ warns: event.currentTarget.checked })}
        />
      )}
      {canWarn(action) && step.warns && <WarningFields step={step} say={say} at={at} onChange={onChange} />}
      <Checkbox
        label={strings.goOn}
        checked={step.goOn}
        onChange={(event) => onChange({ goOn: event.currentTarget.checked })}
      />
    </>
  );
}

function WarningFields({ step, say, at, onChange }: Omit<StepFieldsProps, 'actions'>) {
  return (
    <Group align="flex-start" gap="md">
      <TextInput
        label={strings.warnMinutes}
        description={strings.warnMinutesHelp}
        value={step.minutes}
        onChange={(event) => onChange({ minutes: event.currentTarget.value })}
        error={at('warnings.minutes')}
        w={{ base: '100%', xs: 220 }}
      />
      <TextInput
        label={strings.warnCommand}
        description={strings.warnCommandHelp}
        value={warningOf(step, say)}
        onChange={(event) => onChange({ warning: event.currentTarget.value })}
        error={at('warnings.command')}
        className="mono"
        spellCheck={false}
        autoComplete="off"
        flex={1}
        miw={220}
      />
    </Group>
  );
}
