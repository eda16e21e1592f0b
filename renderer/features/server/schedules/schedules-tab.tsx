import { Stack, Text } from '@mantine/core';
import { IconCalendarTime } from '@tabler/icons-react';
import type { ScheduleList } from '../../../../shared/http/schedules.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { maxSchedules } from '../../../../shared/model/schedule.ts';
import { EditedList } from '../../../ui/edited-list.tsx';
import { Loaded } from '../../../ui/loaded.tsx';
import { ScheduleCard } from './schedule-card.tsx';
import { ScheduleForm } from './schedule-form.tsx';
import { strings } from './strings.ts';
import { useSchedules } from './use-schedules.ts';

/** What a server does by the clock. */
export default function SchedulesTab({ server }: { server: ServerSummary }) {
  const list = useSchedules(server.internal_id);
  return (
    <Stack gap="md" maw={860} pb="xl">
      <Loaded query={list} what={strings.seeing}>
        {(data) => <Schedules server={server} list={data} />}
      </Loaded>
    </Stack>
  );
}

function Schedules({ server, list }: { server: ServerSummary; list: ScheduleList }) {
  return (
    <EditedList
      items={list.schedules}
      most={maxSchedules}
      texts={strings}
      icon={<IconCalendarTime size={40} />}
      help={<Text className="quiet">{strings.noneHelp}</Text>}
      card={(schedule, onEdit) => (
        <ScheduleCard server={server.internal_id} schedule={schedule} onEdit={onEdit} />
      )}
      form={(schedule, onDone) => (
        <ScheduleForm server={server} list={list} schedule={schedule} onDone={onDone} />
      )}
    />
  );
}
