import type { Engine } from '../../main/docker/contract.ts';
import { LightdeckError } from '../../shared/errors.ts';

export type EngineMethod = keyof Engine;

/** One call as it was asked. `target` is the id, name, image or host that it was about. */
export interface EngineCall {
  method: EngineMethod;
  target: string;
}

export interface GateOptions {
  /** Only calls about this container, image or host. */
  target?: string;
  /** `before`: the engine has not acted yet. `after`: it has, but its answer is still on the way. Default `before`. */
  at?: 'before' | 'after';
}

/** Everything that matches stops here until `release` or `fail`; then the gate is gone. */
export interface Gate {
  /** The first call that stopped here. */
  readonly reached: Promise<EngineCall>;
  /** How many are waiting. */
  readonly waiting: number;
  release(): void;
  fail(error: Error): void;
}

interface OpenGate {
  method: EngineMethod;
  options: GateOptions;
  waiters: { pass: () => void; fail: (error: Error) => void }[];
  reach: (call: EngineCall) => void;
}

/** One turn of the event loop, whatever became of the timers: an answer of an engine never comes in the same turn. */
const nextTurn = setImmediate;
export const turn = (): Promise<void> => new Promise((resolve) => nextTurn(resolve));

/** What engines' clients say when the connection is gone. */
export function unreachable(what: string): LightdeckError {
  return new LightdeckError(
    'engine_unreachable',
    `Could not ${what}: the engine can't be reached (ECONNRESET). Start it, or wait until it is back.`,
  );
}

/** Records what an engine is asked, and lets tests hold, fail and cut single calls. */
export class CallBook {
  readonly calls: EngineCall[] = [];
  private readonly gates = new Set<OpenGate>();
  private readonly failures = new Set<{
    method: EngineMethod;
    target: string | undefined;
    error: Error;
    left: number;
  }>();
  private lost = new AbortController();
  private underWay = 0;

  /** Calls under way that no gate holds: something will still happen by itself. */
  get busy(): number {
    return this.underWay;
  }

  /** Runs one call of an engine: recorded, in a turn of its own, past the gates. Rejects once the engine is lost. */
  async run<T>(method: EngineMethod, target: string, work: () => T | Promise<T>): Promise<T> {
    const call = { method, target };
    this.calls.push(call);
    this.underWay += 1;
    try {
      return await this.answer(call, work);
    } finally {
      this.underWay -= 1;
    }
  }

  private async answer<T>(call: EngineCall, work: () => T | Promise<T>): Promise<T> {
    const { signal } = this.lost;
    await turn();
    this.check(signal, call);
    await this.pass(call, 'before', signal);
    this.failIfAsked(call);
    const result = await work();
    await this.pass(call, 'after', signal);
    this.check(signal, call);
    return result;
  }

  /** How often a method was called (about `target`, if given). */
  count(method: EngineMethod, target?: string): number {
    return this.calls.filter((call) => call.method === method && (target ?? call.target) === call.target)
      .length;
  }

  hold(method: EngineMethod, options: GateOptions = {}): Gate {
    let reach = (_call: EngineCall): void => {};
    const reached = new Promise<EngineCall>((resolve) => {
      reach = resolve;
    });
    const gate: OpenGate = { method, options, waiters: [], reach };
    this.gates.add(gate);
    const open = (let_go: (waiter: OpenGate['waiters'][number]) => void): void => {
      this.gates.delete(gate);
      for (const waiter of gate.waiters.splice(0)) let_go(waiter);
    };
    return {
      reached,
      get waiting() {
        return gate.waiters.length;
      },
      release: () => open((waiter) => waiter.pass()),
      fail: (error) => open((waiter) => waiter.fail(error)),
    };
  }

  /** The next `times` such calls reject with `error`, and the engine has done nothing. Returns how that is called off. */
  fail(
    method: EngineMethod,
    error: Error,
    { times = 1, target }: { times?: number; target?: string } = {},
  ): () => void {
    const failure = { method, target, error, left: times };
    this.failures.add(failure);
    return () => this.failures.delete(failure);
  }

  /** Every call under way rejects, and every new one, until `restore`. */
  lose(): void {
    this.lost.abort();
  }

  restore(): void {
    this.lost = new AbortController();
  }

  /** Aborted when the engine is lost; a new one after each `restore`. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  private check(signal: AbortSignal, { method, target }: EngineCall): void {
    if (signal.aborted) throw unreachable(`${method} ${target}`);
  }

  /** For streams, which have no answer to wait for: throws if the next such call was to fail. */
  failIfAsked({ method, target }: EngineCall): void {
    for (const failure of this.failures) {
      if (failure.method !== method || (failure.target ?? target) !== target) continue;
      failure.left -= 1;
      if (failure.left <= 0) this.failures.delete(failure);
      throw failure.error;
    }
  }

  private async pass(call: EngineCall, at: 'before' | 'after', signal: AbortSignal): Promise<void> {
    for (const gate of this.gates) {
      const { method, options } = gate;
      if (method !== call.method || (options.at ?? 'before') !== at) continue;
      if (options.target !== undefined && options.target !== call.target) continue;
      this.underWay -= 1;
      try {
        await new Promise<void>((resolve, reject) => {
          const cut = (): void => reject(unreachable(`${call.method} ${call.target}`));
          signal.addEventListener('abort', cut, { once: true });
          gate.waiters.push({ pass: resolve, fail: reject });
          gate.reach(call);
        });
      } finally {
        this.underWay += 1;
      }
    }
  }
}
