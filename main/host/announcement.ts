import type mDns from 'multicast-dns';
import { Scope } from '../lib/scope.ts';

export type Answer = NonNullable<mDns.ResponsePacket['answers']>[number];

/** The kind of service as it is looked for on a network (RFC 6763). */
export const serviceType = '_lightd._tcp.local';
const catalogue = '_services._dns-sd._udp.local';

/** What is said on one network. */
export interface Announced {
  /** In people's words; other hosts of the same name get a number. */
  name: string;
  /** The name that stands for `address`, ending in `.local`; nobody else may have it. */
  target: string;
  /** IPv4. */
  address: string;
  port: number;
  txt: Readonly<Record<string, string>>;
}

/** Seconds that others may keep what they heard, as RFC 6762 has them: shorter for what changes with the network. */
const longTtl = 4500;
const shortTtl = 120;
/** A DNS label, in bytes. */
const maxLabel = 63;
/** How often a name is tried with another number behind. */
const nameTries = 9;
/** How long others get to say that a name is theirs, in ms. */
const claimMs = 350;
/** The second of two announcements comes this much later, in ms: the first may have been lost. */
const againMs = 1000;

/** `Den PC (2)` as one label: without dots, and cut to what a label may hold. */
export function labelOf(name: string, number = 1): string {
  const end = number === 1 ? '' : ` (${number})`;
  const plain = name.replaceAll('.', '-');
  let label = plain;
  while (Buffer.byteLength(label + end) > maxLabel) label = [...label].slice(0, -1).join('');
  return label + end;
}

/** Everything that is said, with `label` as the name. */
export function recordsOf({ target, address, port, txt }: Announced, label: string): Answer[] {
  const instance = `${label}.${serviceType}`;
  const lines = Object.entries(txt).map(([key, value]) => `${key}=${value}`);
  return [
    { name: serviceType, type: 'PTR', ttl: longTtl, data: instance },
    { name: instance, type: 'SRV', ttl: shortTtl, flush: true, data: { port, target } },
    { name: instance, type: 'TXT', ttl: longTtl, flush: true, data: lines },
    { name: target, type: 'A', ttl: shortTtl, flush: true, data: address },
    { name: catalogue, type: 'PTR', ttl: longTtl, data: serviceType },
  ];
}

const isSameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** What to answer to one question, and what to say along; no answers: it isn't asked of us. */
export function answersTo(
  question: { name: string; type: string },
  records: readonly Answer[],
): { answers: Answer[]; additionals: Answer[] } {
  const answers = records.filter(
    ({ name, type }) =>
      isSameName(name, question.name) && (question.type === 'ANY' || question.type === type),
  );
  const isOfService = answers.some(({ name, type }) => type !== 'A' && name !== catalogue);
  const additionals = isOfService
    ? records.filter((record) => !answers.includes(record) && record.name !== catalogue)
    : [];
  return { answers, additionals };
}

/**
 * Says on one network where the host is, and answers who asks, until `end`. Above multicast-dns and not with one of the libraries that
 * are built on it: those give out every address of the machine, also where the host doesn't listen or that is another machine's
 * elsewhere (Docker's 172.17.0.1), and write to the console when a name is taken.
 */
export class Announcement {
  private readonly mdns: mDns.MulticastDNS;
  private readonly what: Announced;
  private readonly onTrouble: (error: Error) => void;
  private readonly scope = new Scope();
  private records: Answer[] = [];

  /** `onTrouble`: this network can't be told any more. The socket is this one's from now on. */
  constructor(mdns: mDns.MulticastDNS, what: Announced, onTrouble: (error: Error) => void) {
    this.mdns = mdns;
    this.what = what;
    this.onTrouble = onTrouble;
    // A warning is about one packet or one membership that failed; without its membership a network isn't heard.
    mdns.on('error', (error) => this.fail(error));
    mdns.on('warning', (error) => isAboutMembership(error) && this.fail(error));
    mdns.on('query', (query) => this.answer(query));
  }

  /** Finds a name that is free there and says it. Rejects with the system's error if nothing can be sent. */
  async begin(): Promise<void> {
    const label = await this.freeLabel();
    if (this.scope.isClosed) return;
    this.records = recordsOf(this.what, label);
    await this.send(this.records);
    this.scope.timeout(() => void this.send(this.records).catch((error) => this.fail(error)), againMs);
  }

  /** Says goodbye, and lets the socket go. Never rejects; the caller bounds the wait. */
  async end(): Promise<void> {
    if (this.scope.isClosed) return;
    this.scope.close();
    const goodbye = this.records.filter(({ name }) => name !== catalogue);
    this.records = [];
    if (goodbye.length > 0) await this.send(goodbye.map((record) => ({ ...record, ttl: 0 }))).catch(() => {});
    await new Promise<void>((resolve) => this.mdns.destroy(resolve));
  }

  private async freeLabel(): Promise<string> {
    for (let number = 1; number < nameTries; number += 1) {
      const label = labelOf(this.what.name, number);
      if (this.scope.isClosed || !(await this.isTaken(`${label}.${serviceType}`))) return label;
    }
    return labelOf(this.what.name, nameTries);
  }

  /** Whether another host answers to that name. Our own answers, which come back to us, don't count. */
  private async isTaken(instance: string): Promise<boolean> {
    let isTaken = false;
    const listen = ({ answers = [], additionals = [] }: mDns.ResponsePacket): void => {
      isTaken ||= [...answers, ...additionals].some(
        (record) =>
          record.type === 'SRV' &&
          (record.ttl ?? 0) > 0 &&
          isSameName(record.name, instance) &&
          !isSameName(record.data.target, this.what.target),
      );
    };
    this.mdns.on('response', listen);
    try {
      await new Promise<void>((resolve, reject) => {
        // A socket that is closed before it was opened tells nobody.
        this.scope.add(resolve);
        this.mdns.query(instance, 'SRV', (error) => (error ? reject(error) : resolve()));
      });
      await this.scope.pause(claimMs);
    } finally {
      this.mdns.off('response', listen);
    }
    return isTaken;
  }

  private answer({ questions = [] }: mDns.QueryPacket): void {
    for (const question of questions) {
      const { answers, additionals } = answersTo(question, this.records);
      if (answers.length > 0) this.mdns.respond({ answers, additionals }, () => {});
    }
  }

  private send(answers: Answer[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.mdns.respond({ answers }, (error) => (error ? reject(error) : resolve()));
    });
  }

  private fail(error: Error): void {
    // Later: the library doesn't expect to be closed while it tells of its trouble.
    setImmediate(() => !this.scope.isClosed && this.onTrouble(error));
  }
}

const isAboutMembership = (error: Error): boolean =>
  'syscall' in error && typeof error.syscall === 'string' && /membership/i.test(error.syscall);
