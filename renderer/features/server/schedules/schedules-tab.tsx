import { Button, Group, Stack, Text } from '@mantine/core';
import { IconCalendarTime, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import type { ScheduleList } from '../../../../shared/http/schedules.ts';
import type { ServerSummary } from '../../../../shared/model/host.ts';
import { maxSchedules, type Schedule } from '../../../../shared/model/schedule.ts';
import { EmptyState } from '../../../ui/empty-state.tsx';
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
  const [editing, setEditing] = useState<Schedule | 'new' | null>(null);
  const { schedules } = list;
  if (editing !== null) {
    return (
      <ScheduleForm
        server={server}
        list={list}
        schedule={editing === 'new' ? null : editing}
        onDone={() => setEditing(null)}
      />
    );
  }
  const isFull = schedules.length >= maxSchedules;
  const add = (
    <Button leftSection={<IconPlus size={16} />} disabled={isFull} onClick={() => setEditing('new')}>
      {strings.add}
    </Button>
  );
  if (schedules.length === 0) {
    return (
      <EmptyState icon={<IconCalendarTime size={40} />} title={strings.none}>
        <Text className="quiet">{strings.noneHelp}</Text>
        {add}
      </EmptyState>
    );
  }
  return (
    <>
      <Group>
        {add}
        {isFull && (
          <Text size="sm" className="quiet">
            {strings.full}
          </Text>
        )}
      </Group>
      {schedules.map((schedule) => (
        <ScheduleCard
          key={schedule.id}
          server={server.internal_id}
          schedule={schedule}
          onEdit={() => setEditing(schedule)}
        />
      ))}
    </>
  );
}
