import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import type { ServerDefinition, WireState } from '../../shared/model/server.ts';
import type { PortPool } from '../network/contract.ts';
import type { Store, StoredServer } from '../store/contract.ts';
import type { RetriedWrites } from '../store/retried-writes.ts';
import { endOf, type ServerEnd } from './machine/end.ts';
import { machineConfig, restoreMachine, storeMachine } from './machine/restore.ts';
import {
  type Command,
  type Effect,
  isAtRest,
  type MachineEvent,
  type MachineState,
  wireState,
} from './machine/state.ts';
import { transition } from './machine/transition.ts';

export interface ServerStateOptions {
  stored: StoredServer;
  store: Store;
  /** Where what has happened is written down; never throws. */
  writes: RetriedWrites;
  ports: Pick<PortPool, 'keepOnly'>;
  /** The machine's present boot (lib/boot-id.ts). */
  boot: string;
  /** The word that clients see has changed. Before the effects of the change. */
  onWireState: (state: WireState) => void;
  onEffect: (effect: Effect) => void;
  /** A run has ended, or its end has become known, or what it came of; or a start or an install came to nothing. Before the effects, a restart for instance. */
  onEnd: (end: ServerEnd) => void;
  /** A run is about to begin: what is printed from now on is its own. */
  onBegin: () => void;
  /** Unix milliseconds. */
  now: () => number;
  /** Something that others see has changed. After the effects. */
  onChange: () => void;
  /** For the server's viewers (S11). */
  notify: (text: string) => void;
}

/** The refusal of whatever comes when the server is on its way out. */
export const leavingReason = 'the server is being deleted or the host is stopping';

/**
 * What is known of one server: its record, and the state of its machine. The only owner of both. Facts change them whatever
 * the store says: what can't be written now is written later (`RetriedWrites`), and its viewers are told once. Only
 * what somebody asked to be kept (`commit`) is refused when it can't be.
 */
export class ServerState {
  private readonly options: ServerStateOptions;
  private record: StoredServer;
  private machine: MachineState;
  private isClosed = false;
  /** Its container is being removed for good: it takes no commands, and facts start nothing. */
  isLeaving = false;

  constructor(options: ServerStateOptions) {
    this.options = options;
    this.record = options.stored;
    this.machine = restoreMachine(options.stored, options.boot);
  }

  get id(): string {
    return this.record.definition.internal_id;
  }

  get stored(): StoredServer {
    return this.record;
  }

  get definition(): ServerDefinition {
    return this.record.definition;
  }

  get current(): MachineState {
    return this.machine;
  }

  get wireState(): WireState {
    return wireState(this.machine);
  }

  /** Takes a fact or a command; null, or why a command is refused (S13). Never throws. */
  dispatch(event: MachineEvent): string | null {
    const result = this.decide(event);
    if ('refused' in result) return result.refused;
    this.move(result, event);
    return null;
  }

  /**
   * As `dispatch` for a command that changes the record too: both are written together, so that a host that is killed has
   * begun it with the changes or not at all. Throws what the store throws, and then nothing has changed.
   */
  dispatchWith(event: MachineEvent, changes: Partial<StoredServer>): string | null {
    const result = this.decide(event);
    if ('refused' in result) return result.refused;
    const changed = { ...this.record, ...changes };
    this.put(storeMachine(changed, result.state, this.options.boot));
    this.record = changed;
    this.move(result, event);
    return null;
  }

  /** Why the machine would refuse it now; null if it would not. */
  refusal(action: Command): string | null {
    const result = this.decide({ type: 'command', action });
    return 'refused' in result ? result.refused : null;
  }

  /** Writes down what has happened. Never throws. */
  note(changes: Partial<StoredServer>): void {
    if (this.isClosed) return;
    this.record = { ...this.record, ...changes };
    this.saveLater();
  }

  /** Writes down what somebody wants. Throws what the store throws, and then nothing has changed. */
  commit(changes: Partial<StoredServer>): void {
    if (this.isClosed) throw new LightdeckError('busy', leavingReason);
    const next = { ...this.record, ...changes };
    this.put(next);
    this.adopt(next);
  }

  /** Takes over a record that is written already. */
  adopt(stored: StoredServer): void {
    this.record = stored;
  }

  /** No container of it runs: ports that only the last one had become free. Never throws. */
  settlePorts(): void {
    const { writes, ports } = this.options;
    writes.write(`${this.id}/ports`, {
      work: () => ports.keepOnly(this.id, this.definition.ports),
      onFailed: () => {},
      onDone: () => {},
    });
  }

  /** From now on nothing changes: a late fact must not write a deleted server back. */
  close(): void {
    this.isClosed = true;
  }

  private decide(event: MachineEvent): ReturnType<typeof transition> {
    if (this.isClosed || (this.isLeaving && event.type === 'command')) return { refused: leavingReason };
    return transition(this.machine, event, machineConfig(this.definition));
  }

  private move({ state, effects }: { state: MachineState; effects: Effect[] }, event: MachineEvent): void {
    const { boot, now, onWireState, onEnd, onBegin, onEffect, onChange } = this.options;
    const before = this.wireState;
    const hasChanged = state !== this.machine;
    const { restart_policy: restartPolicy } = this.definition;
    const end = endOf({ before: this.machine, after: state, event, restartPolicy, now: now() });
    if (beginsRun(this.machine, state)) onBegin();
    this.machine = state;
    if (hasChanged) {
      this.note(storeMachine(this.record, state, boot));
      if (isAtRest(state.phase)) this.settlePorts();
    }
    if (this.wireState !== before) onWireState(this.wireState);
    if (end !== null) onEnd(end);
    for (const effect of effects) onEffect(effect);
    if (hasChanged) onChange();
  }

  private put(stored: StoredServer): void {
    this.options.store.servers.put(stored);
    this.options.writes.forget(this.id);
  }

  private saveLater(): void {
    const { store, writes, notify } = this.options;
    writes.write(this.id, {
      work: () => store.servers.put(this.record),
      onFailed: (error) => notify(saveFailed(error)),
      onDone: () => notify("The server's state is saved again"),
    });
  }
}

function beginsRun(before: MachineState, after: MachineState): boolean {
  const isPreparing = ({ phase }: MachineState) => phase.name === 'starting' && phase.step === 'preparing';
  const isUp = ({ phase }: MachineState) => phase.name === 'starting' || phase.name === 'running';
  return (isPreparing(after) && !isPreparing(before)) || (before.phase.name === 'offline' && isUp(after));
}

function saveFailed(error: unknown): string {
  const reason = errorText(error);
  return `Error: the server's state can't be saved on this machine (${reason}). The server goes on, and saving is tried again; make room on the disk with the data folder if it is full`;
}
