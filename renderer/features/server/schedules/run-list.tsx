import { Stack, Text } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleX,
  IconClock,
  IconPlayerSkipForward,
  type Icon as TablerIcon,
} from '@tabler/icons-react';
import type { RunState, Schedule, ScheduleRun } from '../../../../shared/model/schedule.ts';
import { hostText } from '../../../../shared/texts/host-text.ts';
import { duration, moment } from '../../../ui/format.ts';
import { Loaded } from '../../../ui/loaded.tsx';
import { strings } from './strings.ts';
import { useRuns } from './use-schedules.ts';

const marks: Record<RunState, { Icon: TablerIcon; color: string }> = {
  waiting: { Icon: IconClock, color: 'dimmed' },
  running: { Icon: IconClock, color: 'blue' },
  done: { Icon: IconCircleCheck, color: 'green' },
  failed: { Icon: IconCircleX, color: 'red' },
  skipped: { Icon: IconPlayerSkipForward, color: 'dimmed' },
  missed: { Icon: IconAlertTriangle, color: 'yellow' },
  interrupted: { Icon: IconAlertTriangle, color: 'yellow' },
  cancelled: { Icon: IconCircleX, color: 'dimmed' },
};

/** The state's sign; its word stands beside it. */
export function RunMark({ state }: { state: RunState }) {
  const { Icon, color } = marks[state];
  return (
    <Text c={color} lh={0} mt={2} span aria-hidden="true">
      <Icon size={16} />
    </Text>
  );
}

/** What became of a schedule, newest first. */
export function RunList({ server, schedule }: { server: string; schedule: Schedule }) {
  const runs = useRuns(server, schedule.id);
  return (
    <Loaded query={runs} what={strings.seeing}>
      {(data) =>
        data.runs.length === 0 ? (
          <Text size="sm" className="quiet">
            {strings.noRuns}
          </Text>
        ) : (
          <Stack
            component="ol"
            className="plain-list"
            gap="xs"
            mah={360}
            style={{ overflowY: 'auto' }}
            aria-label={strings.historyOf(schedule.name)}
            tabIndex={0}
          >
            {data.runs.map((run) => (
              <RunRow key={run.id} run={run} />
            ))}
          </Stack>
        )
      }
    </Loaded>
  );
}

function RunRow({ run }: { run: ScheduleRun }) {
  const took = run.began_at !== null && run.ended_at !== null ? run.ended_at - run.began_at : null;
  return (
    <li style={{ display: 'flex', gap: 8, alignItems: 'flex-start' }}>
      <RunMark state={run.state} />
      <Text size="sm" className="figures" style={{ overflowWrap: 'anywhere' }}>
        {moment(run.planned_at)}
        {run.trigger === 'hand' && ` (${strings.byHand})`}: {strings.states[run.state]}
        {run.result !== '' && run.result !== 'done' && `, ${hostText(run.result)}`}
        {took !== null && took >= 1000 && <span className="quiet"> · {duration(took)}</span>}
      </Text>
    </li>
  );
}
