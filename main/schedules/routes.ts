import {
  changeSchedule,
  createSchedule,
  deleteSchedule,
  listScheduleRuns,
  listSchedules,
  previewSchedule,
  runSchedule,
} from '../../shared/http/schedules.ts';
import { type ScheduleDefinition, type ScheduleStep, scopesOfStep } from '../../shared/model/schedule.ts';
import { whenWords } from '../../shared/model/usual-times.ts';
import { zonedMoment } from '../../shared/model/zoned-moment.ts';
import type { Grant } from '../auth/contract.ts';
import { requireScope } from '../auth/require-scope.ts';
import type { Routes } from '../feature/contract.ts';
import { hostTimeZone } from '../lib/host-time-zone.ts';
import type { Servers } from '../servers/contract.ts';
import { existingServer } from '../servers/existing-server.ts';
import { CronTimes } from './cron.ts';
import type { Schedules } from './schedules.ts';

export interface ScheduleRoutesOptions {
  schedules: Schedules;
  servers: Pick<Servers, 'get'>;
  /** Unix ms. */
  now: () => number;
}

/** Times that a preview shows. */
const previewed = 5;

/** W1–W6. */
export function scheduleRoutes(routes: Routes, options: ScheduleRoutesOptions): void {
  const { schedules, servers, now } = options;
  const timeZone = () => hostTimeZone() ?? 'UTC';
  routes.mount(listSchedules)(({ params: { id } }) => {
    existingServer(servers, id);
    return {
      schedules: schedules.list(id),
      actions: schedules.actions,
      knows_players: schedules.knowsPlayers(id),
      time_zone: timeZone(),
    };
  });

  routes.mount(createSchedule)(({ params: { id }, body, grant }) => {
    existingServer(servers, id);
    requireSteps(grant, body.steps, id);
    return schedules.create(id, { ...body, time_zone: body.time_zone ?? timeZone() });
  });

  routes.mount(changeSchedule)(({ params: { id, schedule }, body, grant }) => {
    existingServer(servers, id);
    const { steps } = schedules.get(id, schedule);
    if (!isHarmless(body)) requireSteps(grant, [...steps, ...(body.steps ?? [])], id);
    return schedules.change(id, schedule, body);
  });

  routes.mount(deleteSchedule)(({ params: { id, schedule } }) => {
    existingServer(servers, id);
    schedules.remove(id, schedule);
    return { message: 'Schedule deleted successfully' };
  });

  routes.mount(runSchedule)(({ params: { id, schedule }, grant }) => {
    existingServer(servers, id);
    requireSteps(grant, schedules.get(id, schedule).steps, id);
    return { message: 'Schedule run initiated', ...schedules.runNow(id, schedule) };
  });

  routes.mount(listScheduleRuns)(({ params: { id, schedule } }) => {
    existingServer(servers, id);
    return { runs: schedules.history(id, schedule) };
  });

  routes.mount(previewSchedule)(({ query }) => {
    const time_zone = query.time_zone ?? timeZone();
    const times = new CronTimes({ cron: query.cron, timeZone: time_zone });
    const runs = times
      .following(now(), previewed)
      .map((at) => ({ at, local: zonedMoment(at, time_zone, 'en-GB') }));
    return { when: whenWords(query.cron), time_zone, runs };
  });
}

/** Who may not do a step may not have it done. */
function requireSteps(grant: Grant, steps: readonly ScheduleStep[], server: string): void {
  for (const step of steps) for (const scope of scopesOfStep(step)) requireScope(grant, scope, server);
}

/** Switching off does nothing that a step's right would be needed for. */
function isHarmless(changes: Partial<ScheduleDefinition>): boolean {
  return Object.keys(changes).every((field) => field === 'name' || (field === 'enabled' && !changes.enabled));
}
