import { hostEntry } from '../audit/actor.ts';
import type { Audit } from '../audit/contract.ts';
import type { Limiter } from '../lib/limiter.ts';
import { unixLines } from '../lib/unix-lines.ts';
import { stoppingWords } from './container/signals.ts';
import type { ContainerSupervisor } from './container/supervisor.ts';
import type { Effect, MachineEvent } from './machine/state.ts';
import type { ServerState } from './server-state.ts';

export interface EffectRunnerOptions {
  state: ServerState;
  supervisor: ContainerSupervisor;
  startQueue: Limiter;
  /** Its place among the servers, by creation. */
  order: number;
  audit: Audit;
  /** Unix milliseconds. */
  now: () => number;
  notify: (text: string) => void;
  install: () => void;
  /** Its console (S12, R1); null when it was taken, else why not. `onFailed`: it could not be sent after all. */
  sendCommand: (command: string, onFailed: () => void) => string | null;
}

/** Effects that must not follow from what the removal of a server looks like. */
const starting: readonly Effect['type'][] = ['start', 'start-in-turn', 'schedule-restart'];

/** Does what the machine asks for, and owns the timers that this needs. */
export class EffectRunner {
  private readonly options: EffectRunnerOptions;
  private cancelTimer: (() => void) | null = null;
  private dueAt: number | null = null;
  /** Set while its start waits for its turn. */
  private cancelTurn: (() => boolean) | null = null;

  constructor(options: EffectRunnerOptions) {
    this.options = options;
  }

  perform(effect: Effect): void {
    const { state, supervisor, notify, install } = this.options;
    if (state.isLeaving && starting.includes(effect.type)) return;
    switch (effect.type) {
      case 'install':
        install();
        return;
      case 'start':
        void supervisor.start();
        return;
      case 'start-in-turn':
        this.startInTurn();
        return;
      case 'ask-to-stop':
        this.askToStop(effect.ms);
        return;
      case 'sigkill':
        void supervisor.kill();
        return;
      case 'abandon-start':
        if (this.leaveTurn())
          state.dispatch({ type: 'start-failed', reason: 'it was cancelled', engineAway: false });
        else supervisor.abandonStart();
        return;
      case 'schedule-restart':
        if (effect.ms === 0) state.dispatch({ type: 'restart-due' });
        else this.restartLater(effect.ms);
        return;
      case 'cancel-timers':
        this.cancelTimers();
        return;
      case 'notify':
        notify(effect.text);
        return;
    }
  }

  /** When the restart that follows a crash is due, Unix ms; null: none is. */
  get restartAt(): number | null {
    return this.dueAt;
  }

  /** Whether a start was waiting for its turn; it no longer is. */
  leaveTurn(): boolean {
    const wasWaiting = this.cancelTurn?.() ?? false;
    this.cancelTurn = null;
    return wasWaiting;
  }

  cancelTimers(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
    this.dueAt = null;
  }

  close(): void {
    this.cancelTimers();
    this.leaveTurn();
  }

  private startInTurn(): void {
    const { audit, state, startQueue, order, supervisor } = this.options;
    audit.record(hostEntry({ action: 'start with the host', container: state.id, detail: '' }));
    // A machine that has just booted isn't made to load thirty worlds at the same moment.
    const start = (): Promise<void> => {
      this.cancelTurn = null;
      return supervisor.start();
    };
    this.cancelTurn = startQueue.add(start, { priority: order });
  }

  private restartLater(ms: number): void {
    const { audit, state } = this.options;
    const detail = `in ${Math.round(ms / 1000)} s`;
    audit.record(hostEntry({ action: 'restart after a crash', container: state.id, detail }));
    this.arm({ type: 'restart-due' }, ms);
    this.dueAt = this.options.now() + ms;
  }

  private arm(event: MachineEvent, ms: number): void {
    this.cancelTimers();
    const timer = setTimeout(() => {
      this.dueAt = null;
      this.options.state.dispatch(event);
    }, ms);
    timer.unref();
    this.cancelTimer = () => clearTimeout(timer);
  }

  private askToStop(ms: number): void {
    const { state, supervisor, sendCommand, notify } = this.options;
    this.arm({ type: 'stop-deadline' }, ms);
    const { command, signal } = state.definition.stop;
    if (command && supervisor.hasRun) {
      const line = `${unixLines(command).replace(/\n$/, '')}\n`;
      const refused = sendCommand(line, () => this.askBySignal(ms));
      if (refused === null) {
        notify(stoppingWords(`sent "${command.trim()}"`, ms));
        return;
      }
    }
    void supervisor.askToEnd(signal ?? 'SIGTERM', ms);
  }

  /** A stop by a command that could not be sent: it begins anew, by a signal. */
  private askBySignal(ms: number): void {
    const { state, supervisor } = this.options;
    if (state.current.phase.name !== 'stopping' || !supervisor.hasRun) return;
    this.arm({ type: 'stop-deadline' }, ms);
    void supervisor.askToEnd(state.definition.stop.signal ?? 'SIGTERM', ms);
  }
}
