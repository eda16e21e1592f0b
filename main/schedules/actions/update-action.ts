import { z } from 'zod';
import { updateStepSchema } from '../../../shared/model/schedule.ts';
import { isResting } from '../../../shared/model/server.ts';
import type { Operations } from '../../operations/operations.ts';
import type { Servers } from '../../servers/contract.ts';
import { defineAction, type ScheduleAction, type UpdateSource } from '../contract.ts';
import { begunInTurn, operationDone } from './operation-step.ts';

export interface UpdateActionOptions {
  updates: UpdateSource;
  operations: Pick<Operations, 'cancel'>;
  servers: Pick<Servers, 'get'>;
  /** For tests. */
  againMs?: number;
}

/** While another update of the server is under way it is tried again so often, in ms, for so long. */
const usualAgainMs = 10_000;
const longestWaitMs = 3600_000;

const resultSchema = z.object({ updated: z.boolean(), version: z.string() });

/**
 * W8: looks for a newer image and tries it, as somebody would by hand (U3). Having nothing newer is no failure, and neither is one that was tried
 * and taken back: else each night would try it again.
 */
export function updateScheduleAction({
  updates,
  operations,
  servers,
  againMs = usualAgainMs,
}: UpdateActionOptions): ScheduleAction {
  return defineAction('update', updateStepSchema, async (_step, context) => {
    const { server, by, signal, progress } = context;
    progress('the registry is asked for a newer image');
    const why = await updates.look(server);
    signal.throwIfAborted();
    if (why !== null) return { end: 'unneeded', why };
    const waits = 'it waits until what is under way with the server has ended';
    const began = () => updates.update({ server, by });
    const started = await begunInTurn(began, context, { againMs, longestMs: longestWaitMs, waits });
    progress('the newer image is tried');
    const { updated, version } = resultSchema.parse(await operationDone(started, { operations, signal }));
    if (!updated) return { end: 'unneeded', why: 'the newer image is the same one on this machine' };
    const view = servers.get(server);
    if (view === null || !isResting(view.state)) return { end: 'done', what: `updated to ${version}` };
    return { end: 'done', what: `updated to ${version}, which it runs on from its next start` };
  });
}
