import type { HostInfo, ServerSummary } from '../../../shared/model/host.ts';

const mebibyte = 1024 * 1024;

/** What the machine has that no server was promised: memory in bytes, CPU in cores. Never below 0. */
interface Left {
  memory: number;
  cpu: number;
}

/** Servers without a limit are promised nothing. Null while the host hasn't told. */
export function whatIsLeft(host: HostInfo | null, servers: readonly ServerSummary[]): Left | null {
  if (host === null) return null;
  const promised = (of: (server: ServerSummary) => number | null): number =>
    servers.reduce((sum, server) => sum + (of(server) ?? 0), 0);
  return {
    memory: Math.max(0, host.memory.total - promised(({ limits }) => limits.memory)),
    cpu: Math.max(0, host.cpu.cores - promised(({ limits }) => limits.cpu)),
  };
}

/** What a slider goes through, in the unit of its field. */
export interface Range {
  /** The least, and from one stop to the next. */
  step: number;
  max: number;
}

/** In MiB, in steps that a hand can hit; null if there is less left than one of them. */
export function memoryRange({ memory }: Left): Range | null {
  const all = memory / mebibyte;
  const step = all >= 32_768 ? 512 : all >= 8192 ? 256 : 128;
  return upTo(all, step);
}

/** In cores. */
export const cpuRange = ({ cpu }: Left): Range | null => upTo(cpu, 0.25);

function upTo(all: number, step: number): Range | null {
  const max = Math.floor(all / step) * step;
  return max < step ? null : { step, max };
}
