import type { Engine } from './engine.ts';
import type { BenchHost } from './host.ts';
import { delay } from './meter.ts';

export interface EchoTimes {
  /** From the beginning until the first line came back, in ms: a host that has just started must find its servers first. */
  first: number;
  /** The longest of the others, in ms; NaN if there was none. */
  worst: number;
}

/** The way to a program that prints back what is typed. */
interface Line {
  type: (text: string) => void;
  close: () => void;
}

const everyMs = 50;
/** A line that has not come back by then is typed again. */
const retryMs = 2000;

/** Types a line into a server that runs `cat` every 50 ms, until `isOver` and one has come back. */
export function echoUntil(host: BenchHost, serverId: string, isOver: () => boolean): Promise<EchoTimes> {
  return measureEcho(async (onText) => {
    const client = await host.connect(`/ws/${serverId}?duplicate=false`, (payload) => {
      if (payload.includes('"event":"console"')) onText(payload);
    });
    return {
      type: (command) => client.send({ event: 'send_command', command }),
      close: () => client.close(),
    };
  }, isOver);
}

/** The same over an attachment of our own, without the host. */
export function rawEchoUntil(engine: Engine, container: string, isOver: () => boolean): Promise<EchoTimes> {
  return measureEcho(async (onText) => {
    const raw = await engine.attach(container, onText);
    return { type: (text) => raw.write(text), close: () => raw.close() };
  }, isOver);
}

async function measureEcho(
  open: (onText: (text: Buffer) => void) => Promise<Line>,
  isOver: () => boolean,
): Promise<EchoTimes> {
  const began = performance.now();
  let awaited = '';
  let back = (): void => {};
  const line = await open((text) => {
    if (awaited !== '' && text.includes(awaited)) back();
  });
  const times: EchoTimes = { first: Number.NaN, worst: Number.NaN };
  for (let serial = 1; !isOver() || Number.isNaN(times.first); serial += 1) {
    const typed = performance.now();
    const returned = new Promise<void>((resolve) => {
      back = resolve;
    });
    awaited = `echo ${serial}.`;
    line.type(`${awaited}\n`);
    const isBack = await Promise.race([
      returned.then(() => true),
      delay(retryLimit(times)).then(() => false),
    ]);
    if (isBack) note(times, began, typed);
    else if (!Number.isNaN(times.first)) times.worst = Math.max(times.worst || 0, retryMs);
    await delay(everyMs);
  }
  line.close();
  return times;
}

/** Before the console is joined a typed line is refused at once: it is tried again soon. */
const retryLimit = ({ first }: EchoTimes): number => (Number.isNaN(first) ? everyMs : retryMs);

function note(times: EchoTimes, began: number, typed: number): void {
  const now = performance.now();
  if (Number.isNaN(times.first)) times.first = now - began;
  else times.worst = Math.max(Number.isNaN(times.worst) ? 0 : times.worst, now - typed);
}
