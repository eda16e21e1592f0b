import { systemCode } from '../lib/system-error.ts';
import type { LaneCore } from './lane-core.ts';
import { DamagedPack } from './pack-format.ts';

/** What a lane can be asked for. */
export type LaneMethod = {
  [K in keyof LaneCore]: LaneCore[K] extends (...values: never[]) => unknown ? K : never;
}[keyof LaneCore];

/** What its thread is started with. */
export interface LaneStart {
  /** The store's folder. */
  root: string;
  /** `lowest`: everything else on the machine goes first. */
  rank: 'lowest' | 'own';
}

export type LaneCall = {
  [K in LaneMethod]: { method: K; values: Parameters<LaneCore[K]> };
}[LaneMethod];

/** Calls are answered in their order. */
export type LaneAnswer =
  | { result: unknown }
  | { failure: { message: string; code: string; damaged: boolean } };

export function answerTo(core: LaneCore, call: LaneCall): LaneAnswer {
  try {
    return { result: perform(core, call) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { failure: { message, code: systemCode(error), damaged: error instanceof DamagedPack } };
  }
}

/** The error again that was thrown in the other thread, as far as anybody asks. */
export function errorOf({
  message,
  code,
  damaged,
}: Extract<LaneAnswer, { failure: unknown }>['failure']): Error {
  if (damaged) return new DamagedPack(message);
  return code === '' ? new Error(message) : Object.assign(new Error(message), { code });
}

function perform(core: LaneCore, call: LaneCall): unknown {
  switch (call.method) {
    case 'hash':
      return core.hash(...call.values);
    case 'put':
      return core.put(...call.values);
    case 'seal':
      return core.seal(...call.values);
    case 'discard':
      return core.discard(...call.values);
    case 'index':
      return core.index(...call.values);
    case 'verify':
      return core.verify(...call.values);
    case 'copy':
      return core.copy(...call.values);
    case 'zero':
      return core.zero(...call.values);
    case 'truncate':
      return core.truncate(...call.values);
    case 'read':
      return core.read(...call.values);
    case 'take':
      return core.take(...call.values);
  }
}
