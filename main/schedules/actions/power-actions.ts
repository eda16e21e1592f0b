import { LightdeckError } from '../../../shared/errors.ts';
import { isUp } from '../../../shared/model/power.ts';
import {
  killStepSchema,
  restartStepSchema,
  startStepSchema,
  stopStepSchema,
} from '../../../shared/model/schedule.ts';
import { hasCrashed } from '../../../shared/model/server.ts';
import type { PowerAction } from '../../../shared/protocol/client-events.ts';
import type { ServerView } from '../../servers/contract.ts';
import { defineAction, type ScheduleAction, type StepContext, type StepEnd } from '../contract.ts';
import { type AwaitedServers, awaitServer } from './await-server.ts';
import { warnPlayers } from './warn-players.ts';

const minuteMs = 60_000;
/** How long a start may take until the server is ready, in ms: the first one of a large modpack. */
const startLimitMs = 30 * minuteMs;
/** Beyond a server's own time for its stop. */
const stopSlackMs = minuteMs;
/** How long another action may be under way before this one gives up, in ms. */
const busyLimitMs = 10 * minuteMs;
/** A state that lasts this long (ms) is no passing one: between the runs of a restart a server rests for less. */
const momentMs = 2000;

const done: StepEnd = { end: 'done' };
const stoppedMeanwhile: StepEnd = {
  end: 'left',
  why: 'somebody stopped the server meanwhile, so it stays stopped',
};

/** Start, stop, restart and kill. A step is done when the server is where it was to be brought. */
export function powerScheduleActions(parts: AwaitedServers): ScheduleAction[] {
  return [
    defineAction('start', startStepSchema, (_step, context) => new PowerStep(parts, context).start()),
    defineAction('kill', killStepSchema, (_step, context) => new PowerStep(parts, context).kill()),
    defineAction('stop', stopStepSchema, async ({ warnings }, context) => {
      const step = new PowerStep(parts, context);
      if (warnings && step.isUp) await warnPlayers(warnings, context, parts);
      return step.stop();
    }),
    defineAction('restart', restartStepSchema, async ({ warnings }, context) => {
      const step = new PowerStep(parts, context);
      const wasUp = step.isUp;
      if (warnings && wasUp) await warnPlayers(warnings, context, parts);
      return step.restart(wasUp);
    }),
  ];
}

class PowerStep {
  private readonly parts: AwaitedServers;
  private readonly context: StepContext;

  constructor(parts: AwaitedServers, context: StepContext) {
    this.parts = parts;
    this.context = context;
  }

  get isUp(): boolean {
    const view = this.parts.servers.get(this.context.server);
    return view !== null && isUp(view.state);
  }

  async start(): Promise<StepEnd> {
    const asked = await this.ask('start', ({ state }) => (state === 'running' ? done : null));
    return asked ?? this.untilRunning();
  }

  async stop(): Promise<StepEnd> {
    const asked = await this.ask('stop', (view) => (this.rests(view) ? done : null));
    return asked ?? this.untilAtRest();
  }

  async kill(): Promise<StepEnd> {
    const asked = await this.ask('kill', (view) => (this.rests(view) ? done : null));
    return asked ?? this.untilAtRest();
  }

  /** `wasUp`: it ran when the step began. Then whoever stopped it since has the last word. */
  async restart(wasUp: boolean): Promise<StepEnd> {
    const asked = await this.ask('restart', (view) =>
      wasUp && this.rests(view) && !hasCrashed(view.last_exit) ? stoppedMeanwhile : null,
    );
    return asked ?? this.untilRunning();
  }

  /** Null: the action was accepted. While another one is under way it waits; `unneeded` says when there is nothing to ask for any more. */
  private ask(action: PowerAction, unneeded: (view: ServerView) => StepEnd | null): Promise<StepEnd | null> {
    const { servers } = this.parts;
    const { server, by } = this.context;
    let refused = '';
    return this.await<{ end: StepEnd | null }>(
      { limitMs: busyLimitMs, tooLong: () => `It could not be done for ten minutes: ${refused}` },
      (view) => {
        const end = unneeded(view);
        if (end) return { end };
        if (view.state === 'failed')
          throw new LightdeckError('conflict', 'The install of the server failed; reinstall it first');
        // A stop of somebody else: who wins is seen when it is through.
        if (view.state === 'stopping' && action !== 'kill') return null;
        try {
          servers.power(server, action, by);
        } catch (error) {
          if (!(error instanceof LightdeckError) || error.code !== 'busy') throw error;
          refused = error.message;
          return null;
        }
        return { end: null };
      },
    ).then(({ end }) => end);
  }

  /** Ready, or where it has no sign of that, running for a moment: a program that ends at once has not started. */
  private untilRunning(): Promise<StepEnd> {
    const { clock } = this.parts;
    let state: ServerView['state'] | null = null;
    let since = clock.now();
    this.context.progress('Waiting until the server is ready');
    return this.await(
      { limitMs: startLimitMs, tooLong: () => 'The server was not ready after 30 minutes' },
      (view) => {
        if (view.state === 'failed')
          throw new LightdeckError('conflict', 'The server can not be started: its install failed');
        if (view.state !== state) since = clock.now();
        state = view.state;
        const lasts = clock.now() - since >= momentMs;
        if (state === 'running') return lasts || view.definition.start_pattern !== null ? done : null;
        if (!this.rests(view) || !lasts) return null;
        if (view.last_exit?.wanted) return stoppedMeanwhile;
        const reason = view.last_exit?.reason ?? 'it ended';
        throw new LightdeckError('conflict', `The server did not come up: ${reason}`);
      },
    );
  }

  private untilAtRest(): Promise<StepEnd> {
    const timeout = this.parts.servers.get(this.context.server)?.definition.stop.timeout ?? 0;
    this.context.progress('Waiting until the server has stopped');
    return this.await(
      { limitMs: timeout * 1000 + stopSlackMs, tooLong: () => 'The server did not stop in its time' },
      (view) => (this.rests(view) ? done : null),
    );
  }

  private rests({ state }: ServerView): boolean {
    return state === 'exit' || state === 'installed';
  }

  private await<T>(
    { limitMs, tooLong }: { limitMs: number; tooLong: () => string },
    decide: (view: ServerView) => T | null,
  ): Promise<T> {
    const { server, signal } = this.context;
    return awaitServer({ ...this.parts, server, signal, limitMs, tooLong }, decide);
  }
}
