import type { AuditEntry } from './contract.ts';

/** Length of a window, in ms. */
export const repeatWindowMs = 10 * 60_000;
/** Rows of their own within a window: of one address that guesses tokens, and of any other repetition. */
const ownRows = { guess: 1, other: 30 };
/** Different repetitions that are told apart within a window; the others share one count for each action. */
const maxKinds = { guess: 20, other: 256 };

/** No changes in themselves: input for a console, and a session of SFTP. */
const harmless: ReadonlySet<string> = new Set(['send_command', 'login']);

interface Repetition {
  isGuess: boolean;
  until: number;
  own: number;
  /** Those without a row of their own, and the last of them. */
  more: number;
  last: AuditEntry;
}

/**
 * Keeps what can be repeated at will from pushing the changes out of the record: failures, failed authentications, and
 * what changes nothing by itself. The first few of a kind get rows of their own, the others are counted and told in one row when
 * their window ends. Changes that were made are never counted together.
 */
export class AuditDeduplicator {
  private readonly kinds = new Map<string, Repetition>();

  /** Whether the entry gets a row of its own. */
  admits(entry: AuditEntry): boolean {
    if (entry.result === 'ok' && !harmless.has(entry.action)) return true;
    const isGuess = entry.action === 'authenticate' || (entry.action === 'login' && entry.result !== 'ok');
    const [key, kept] = this.keyOf(entry, isGuess);
    const found = this.kinds.get(key);
    // Over, with nothing to tell: `drain` only hasn't come by yet.
    const known = found && found.more === 0 && found.until <= entry.at ? undefined : found;
    const until = entry.at + repeatWindowMs;
    const repetition = known ?? { isGuess, until, own: 0, more: 0, last: kept };
    this.kinds.set(key, repetition);
    if (repetition.own < (isGuess ? ownRows.guess : ownRows.other)) {
      repetition.own += 1;
      return true;
    }
    repetition.more += 1;
    repetition.last = kept;
    return false;
  }

  /** One row for each repetition whose window ended before `now`; these are forgotten then. */
  drain(now: number): AuditEntry[] {
    const rows: AuditEntry[] = [];
    for (const [key, { until, more, last }] of this.kinds) {
      // A clock that was set back must not keep a window open for years.
      if (until > now && until <= now + repeatWindowMs) continue;
      this.kinds.delete(key);
      if (more > 0) rows.push({ ...last, detail: `${more} more of these up to here. ${last.detail}`.trim() });
    }
    return rows;
  }

  /**
   * What failed goes together whatever its words and its server: both can be made up by whoever calls. Of guesses, the
   * name can be, too. What the host tells by itself nobody makes up: each server's is its own.
   */
  private keyOf(entry: AuditEntry, isGuess: boolean): [string, AuditEntry] {
    const { via, action, actor, address, container, result } = entry;
    const isOwn = result === 'ok' || via === 'host';
    const who = isGuess ? [address] : [address, actor, isOwn ? container : null];
    const key = JSON.stringify([via, action, result === 'ok', ...who]);
    if (this.kinds.has(key)) return [key, entry];
    const kinds = [...this.kinds.values()].filter((kind) => kind.isGuess === isGuess).length;
    if (kinds < (isGuess ? maxKinds.guess : maxKinds.other)) return [key, entry];
    return [
      JSON.stringify([via, action, result === 'ok']),
      { ...entry, actor: 'several', address: '', container: null },
    ];
  }
}
