import { notifications } from '@mantine/notifications';
import { IconCalendarEvent } from '@tabler/icons-react';
import { createElement } from 'react';
import { listSchedules, runSchedule } from '../../../../shared/http/schedules.ts';
import { api } from '../../../link/api.ts';
import { liveKey } from '../../../state/live-key.ts';
import { showFailure } from '../../../ui/show-failure.ts';
import { type LateCommandSource, serverAt } from '../../feature.ts';
import { strings } from './strings.ts';

/** Running a schedule of the server whose page is open, now. */
export const scheduleCommands: LateCommandSource = (context) => {
  const server = serverAt(context);
  if (!server || !context.permission.may('schedules', server.internal_id)) return null;
  const { internal_id: id } = server;
  return {
    key: [...liveKey('schedules', id)],
    async load(signal) {
      const { schedules } = await api.call(listSchedules, { params: { id }, signal });
      return schedules.map(({ id: schedule, name }) => ({
        id: `schedule:${id}:${schedule}`,
        kind: 'actions',
        label: strings.runOf(name),
        keywords: strings.keywords(server.name),
        mark: createElement(IconCalendarEvent, { size: 16 }),
        isOnlyFound: true,
        action: { run: () => void begin(id, schedule, name) },
      }));
    },
  };
};

async function begin(id: string, schedule: string, name: string): Promise<void> {
  try {
    await api.call(runSchedule, { params: { id, schedule } });
    notifications.show({ message: strings.begun(name) });
  } catch (error) {
    showFailure(error, strings.notBegun);
  }
}
