import { Button, Group, Stack, Text } from '@mantine/core';
import { useStore } from 'zustand';
import { isOver, type Schedule, type ScheduleStep, scopesOfStep } from '../../../../shared/model/schedule.ts';
import type { Scope } from '../../../../shared/scopes.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { hostStore } from '../../../state/host-store.ts';
import { moment } from '../../../ui/format.ts';
import { CardButtons, SwitchCard } from '../../../ui/switch-card.tsx';
import { usePermission } from '../../../ui/use-permission.ts';
import { RunList, RunMark } from './run-list.tsx';
import { strings } from './strings.ts';
import { cancelRun, useScheduleActs } from './use-schedules.ts';
import { whenWords } from './when-words.ts';

interface ScheduleCardProps {
  server: string;
  schedule: Schedule;
  onEdit: () => void;
}

/** One schedule: when, what came of it last, and what can be done with it. */
export function ScheduleCard({ server, schedule, onEdit }: ScheduleCardProps) {
  const { name, enabled } = schedule;
  const { may, isKnown } = usePermission();
  const { toggle } = useScheduleActs(server, schedule);
  const lacking = lackingScopes(schedule, (scope) => may(scope, server));
  const mayDo = lacking.length === 0;
  return (
    <SwitchCard
      name={name}
      about={
        <>
          <Text size="sm">
            {whenWords(schedule.cron)}
            {isElsewhere(schedule.time_zone) && <span className="quiet"> ({schedule.time_zone})</span>}
          </Text>
          <Text size="sm" className="quiet" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
            {schedule.steps.map(stepWords).join(' → ')}
          </Text>
        </>
      }
      state={{
        isOn: enabled,
        label: strings.enabled(name),
        // Whoever may not do the steps may still end them.
        isLocked: !mayDo && !enabled,
        onChange: (isOn) => toggle.mutate(isOn),
      }}
    >
      <ScheduleFacts schedule={schedule} />
      {isKnown && !mayDo && (
        <Text size="sm" className="quiet">
          {strings.lacks(lacking.join(', '))}
        </Text>
      )}
      <ScheduleButtons server={server} schedule={schedule} mayDo={mayDo} onEdit={onEdit} />
    </SwitchCard>
  );
}

/** Rights that its steps need and the token has not. */
function lackingScopes({ steps }: Schedule, may: (scope: Scope) => boolean): Scope[] {
  return [...new Set(steps.flatMap(scopesOfStep))].filter((scope) => !may(scope));
}

/** Its times of day aren't those of this device. */
const isElsewhere = (timeZone: string): boolean =>
  timeZone !== Intl.DateTimeFormat().resolvedOptions().timeZone;

const stepWords = (step: ScheduleStep): string =>
  step.action === 'command' ? strings.types(step.command) : strings.actions[step.action];

function ScheduleFacts({ schedule }: { schedule: Schedule }) {
  const { next_run, last_run } = schedule;
  return (
    <Stack gap={2}>
      <Text size="sm" className="figures">
        {next_run === null ? strings.off : strings.next(next_run)}
      </Text>
      {last_run === null ? (
        <Text size="sm" className="quiet">
          {strings.neverRan}
        </Text>
      ) : (
        <Group gap={6} wrap="nowrap" align="flex-start">
          <RunMark state={last_run.state} />
          <Text size="sm" className="figures" style={{ overflowWrap: 'anywhere' }}>
            {strings.states[last_run.state]}, {moment(last_run.planned_at)}
            {isTelling(last_run.result) && `: ${hostText(last_run.result)}`}
          </Text>
        </Group>
      )}
    </Stack>
  );
}

const isTelling = (result: string): boolean => result !== '' && result !== 'done';

interface ScheduleButtonsProps extends ScheduleCardProps {
  mayDo: boolean;
}

function ScheduleButtons({ server, schedule, mayDo, onEdit }: ScheduleButtonsProps) {
  const { name, last_run } = schedule;
  const { run, remove } = useScheduleActs(server, schedule);
  const operation = useStore(hostStore.store, ({ operations }) =>
    operations.find(({ id }) => id === schedule.operation),
  );
  const isActive = last_run !== null && !isOver(last_run.state);
  return (
    <>
      {isActive && operation?.progress && (
        <Text size="sm" className="quiet">
          {hostText(operation.progress.text)}
        </Text>
      )}
      <CardButtons
        first={
          isActive && operation ? (
            <Button size="xs" variant="default" onClick={() => void cancelRun(operation.id)}>
              {strings.cancel}
            </Button>
          ) : (
            <Button
              size="xs"
              variant="default"
              aria-label={strings.runNowOf(name)}
              disabled={!mayDo || isActive}
              loading={run.isPending}
              onClick={() => run.mutate()}
            >
              {strings.runNow}
            </Button>
          )
        }
        edit={{ text: strings.edit, label: strings.editOf(name), isLocked: !mayDo, onClick: onEdit }}
        history={{
          text: strings.history,
          label: strings.historyOf(name),
          content: <RunList server={server} schedule={schedule} />,
        }}
        remove={{
          text: strings.remove,
          label: strings.removeOf(name),
          title: strings.removeTitle(name),
          loses: strings.removeLoses,
          isBusy: remove.isPending,
          onRemove: (done) => remove.mutate(undefined, { onSettled: done }),
        }}
      />
    </>
  );
}
