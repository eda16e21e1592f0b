import { newKey } from '../../client/http-client.ts';
import { errorReply, keyHeader, vendorType } from '../../shared/http/route.ts';
import { openSession, renewSession } from '../../shared/http/sessions.ts';
import { hostText } from '../../shared/texts/host-text.ts';
import type { TokenPlace } from './credentials.ts';
import { strings } from './strings.ts';

type Exchanged =
  | { ok: true; token: string; expiresAt: number }
  /** `isBroken`: nobody knows whether the host has done it. */
  | { ok: false; isBroken: boolean; problem: string };

const linkProblems: Record<number, string> = {
  401: strings.linkUsed,
  429: strings.tooMany,
};

/** Before each further try to use a link, after a connection that broke, in ms. */
const pauses = [150, 500, 1500];

/**
 * Makes a session of a pairing link’s secret, which works once: by one key (A17), so that a link whose answer was lost can be used
 * again by this page, and by nobody else.
 */
export async function exchange(url: string, secret: string): Promise<Exchanged> {
  const key = newKey();
  for (const ms of pauses) {
    const result = await ask(url + openSession.path, secret, key);
    if (result.ok || !result.isBroken) return result;
    await new Promise((resolve) => setTimeout(resolve, ms));
  }
  return ask(url + openSession.path, secret, key);
}

async function ask(address: string, token: string, key?: string): Promise<Exchanged> {
  try {
    const reply = await fetch(address, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        accept: vendorType,
        ...(key === undefined ? {} : { [keyHeader]: key }),
      },
      signal: AbortSignal.timeout(10_000),
    });
    // Broken off in the midst of it: as if nothing had come.
    const text = await reply.text();
    const json = parsedJson(text);
    const parsed = openSession.reply.safeParse(json);
    if (reply.ok && parsed.success)
      return { ok: true, token: parsed.data.token, expiresAt: Date.parse(parsed.data.expires_at) };
    const refusal = errorReply.safeParse(json);
    const message = refusal.success ? hostText(refusal.data.error) : strings.answered(reply.status);
    return { ok: false, isBroken: false, problem: linkProblems[reply.status] ?? message };
  } catch {
    return { ok: false, isBroken: true, problem: strings.unreachable };
  }
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A session is renewed when this part of what was left has passed. */
const renewAt = 0.8;
const longestTimerMs = 2 ** 31 - 1;
const retryMs = 15_000;

interface RenewalOptions {
  url: () => string;
  onRenewed: (token: string) => void;
}

/** Renews a session before it expires. A token that nobody knows the end of is none, and is left alone. */
export class Renewal {
  private readonly options: RenewalOptions;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: RenewalOptions) {
    this.options = options;
  }

  plan(token: string, place: TokenPlace): void {
    this.stop();
    const expiresAt = place.readExpiry();
    if (expiresAt === null) return;
    this.wait((expiresAt - Date.now()) * renewAt, token, place);
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private wait(ms: number, token: string, place: TokenPlace): void {
    this.timer = setTimeout(() => void this.renew(token, place), Math.max(0, Math.min(ms, longestTimerMs)));
  }

  private async renew(token: string, place: TokenPlace): Promise<void> {
    // Signed out, or renewed by another tab: theirs is the one now.
    const kept = place.read();
    if (kept !== token) {
      if (kept !== null) this.take(kept, place);
      return;
    }
    const timer = this.timer;
    const result = await ask(this.options.url() + renewSession.path, token);
    // Signed out meanwhile, here or in another tab: that holds.
    if (this.timer !== timer || place.read() === null) return;
    if (result.ok) {
      // One that ends at a fixed time isn't renewed ever more often towards it.
      const isLonger = result.expiresAt > (place.readExpiry() ?? 0);
      place.write(result.token, place.isForGood());
      place.writeExpiry(result.expiresAt);
      if (isLonger) this.take(result.token, place);
      else this.options.onRenewed(result.token);
    } else if ((place.readExpiry() ?? 0) > Date.now()) this.wait(retryMs, token, place);
  }

  private take(token: string, place: TokenPlace): void {
    this.options.onRenewed(token);
    this.plan(token, place);
  }
}
