import { commandStepSchema } from '../../../shared/model/schedule.ts';
import { defineAction, type ScheduleAction } from '../contract.ts';
import type { AwaitedServers } from './await-server.ts';

/** Types a line into the server's console. What the program makes of it nobody knows: done means that it was sent. */
export function commandScheduleAction({ servers }: Pick<AwaitedServers, 'servers'>): ScheduleAction {
  return defineAction('command', commandStepSchema, async ({ command }, { server }) => {
    servers.sendCommand(server, `${command}\n`);
    return { end: 'done' };
  });
}
