// A process of its own for hundreds of clients: what they cost must not count as the host's, nor delay its measurement.
import { CrowdClient, endMark } from './crowd-client.ts';
import { type CrowdOrder, type CrowdReply, type CrowdResult, crowdCommand } from './crowd-messages.ts';
import { Engine } from './engine.ts';
import { delay, FineClock, percentile } from './meter.ts';
import { SocketReader } from './socket-reader.ts';
import { arrivals, TimedLines } from './timed-lines.ts';

const openAtOnce = 25;
/** What the last client gets after the first one is done, in ms. */
const patienceMs = 20_000;
const runTimeoutMs = 300_000;

class Crowd {
  private readonly order: CrowdOrder;
  private readonly clock = new FineClock();
  private readonly raw = new TimedLines(this.clock);
  private readonly clients: CrowdClient[] = [];
  private readonly sockets: SocketReader[] = [];

  constructor(order: CrowdOrder) {
    this.order = order;
  }

  async open(): Promise<void> {
    const { clients, readers, container, socketPath } = this.order;
    await new Engine(socketPath).attach(container, (text) => this.raw.push(text.toString('latin1')));
    for (let opened = 0; opened < clients; opened += openAtOnce) {
      const batch = Math.min(openAtOnce, clients - opened);
      // Readers are spread over the order of joining, which is the order of sending.
      const every = Math.max(1, Math.floor(clients / readers));
      await Promise.all(
        Array.from({ length: batch }, (_, index) => this.join((opened + index) % every === every >> 1)),
      );
    }
  }

  /** All but those that stall. */
  private get reading(): CrowdClient[] {
    return this.clients.slice(0, this.clients.length - this.order.stalled);
  }

  private async join(reads: boolean): Promise<void> {
    const { url, token, serverId, twins } = this.order;
    const client = new CrowdClient(reads ? this.clock : null);
    const path = `/ws/${serverId}${twins ? '' : '?duplicate=false'}`;
    this.sockets.push(await SocketReader.open({ url, token, path }, (payload) => client.take(payload)));
    this.clients.push(client);
  }

  async run(lines: number): Promise<CrowdResult> {
    this.clock.calibrate();
    this.raw.clear();
    for (const client of this.clients) client.reset();
    for (const socket of this.sockets.slice(this.reading.length)) socket.pause();
    const began = performance.now();
    this.sockets[0]?.send({ event: 'send_command', command: `${lines}\n` });
    await this.untilDone();
    const seconds = (performance.now() - began) / 1000;
    return { seconds, ...this.judge(lines) };
  }

  private async untilDone(): Promise<void> {
    const ends = this.order.twins ? 2 : 1;
    const deadline = performance.now() + runTimeoutMs;
    let firstDone = 0;
    for (;;) {
      await delay(20);
      const done = this.reading.filter((client) => client.ends >= ends).length;
      if (done === this.reading.length) return;
      const now = performance.now();
      if (done > 0) firstDone ||= now;
      if (firstDone > 0 && now > firstDone + patienceMs) return;
      if (now > deadline) throw new Error(`nobody saw ${endMark} within ${runTimeoutMs / 1000} s`);
    }
  }

  private judge(lines: number): Omit<CrowdResult, 'seconds'> {
    const whole = (client: CrowdClient): boolean =>
      client.gaps === 0 && client.lines?.lines.size === lines && client.lines.jumps === 0;
    const model = this.clients.find(whole);
    const same = (client: CrowdClient): boolean =>
      model !== undefined &&
      client.gaps === 0 &&
      client.bytes === model.bytes &&
      client.frames === model.frames;
    const complete = this.reading.filter((client) =>
      client.lines ? whole(client) && same(client) : same(client),
    );
    const own: number[] = [];
    const added: number[] = [];
    let raw: number[] = [];
    for (const client of this.reading) {
      if (!client.lines) continue;
      const times = arrivals(client.lines, this.raw);
      for (const value of times.own) own.push(value);
      for (const value of times.added) added.push(value);
      raw = times.raw;
    }
    return {
      complete: complete.length,
      own: quantiles(own),
      raw: quantiles(raw),
      added: quantiles(added),
      problems: this.problems(lines, model),
    };
  }

  private problems(lines: number, model: CrowdClient | undefined): string[] {
    const gaps = this.reading.filter((client) => client.gaps > 0).length;
    const closed = this.sockets.filter((socket) => socket.isClosed).length;
    return [
      ...(model ? [] : [`none of the clients that read every line got all ${lines} in order`]),
      ...(gaps > 0 ? [`${gaps} clients were told of gaps`] : []),
      ...(closed > 0 ? [`${closed} clients were cut`] : []),
    ];
  }
}

const quantiles = (values: number[]): CrowdResult['own'] => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
  max: percentile(values, 1),
});

let crowd: Crowd | null = null;

async function obey(message: unknown): Promise<CrowdReply> {
  const command = crowdCommand.parse(message);
  if (command.do === 'open') {
    crowd = new Crowd(command.order);
    await crowd.open();
    return { did: 'open' };
  }
  if (!crowd) throw new Error('nobody is there yet');
  return { did: 'run', result: await crowd.run(command.lines) };
}

process.on('message', (message) => {
  obey(message).then(
    (reply) => process.send?.(reply),
    (error) => process.send?.({ did: 'fail', problem: String(error) } satisfies CrowdReply),
  );
});
// It lives as long as the one who asked for it.
process.on('disconnect', () => process.exit());
