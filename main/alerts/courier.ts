import type { TargetDefinition } from '../../shared/model/alert.ts';
import { askOutside } from '../lib/outgoing.ts';
import { retryAfterMs } from '../lib/retry-after.ts';
import { type Letter, postOf } from './forms.ts';
import { privateHostProblem, publicLookup } from './public-lookup.ts';
import type { StoredTarget } from './tables.ts';

/** What became of a try. `refused`: this message won't be taken, however often it is sent. `waitMs`: the other side asked for that. */
export type Outcome =
  | { ok: true; status: number }
  | { ok: false; status: number | null; problem: string; refused: boolean; waitMs: number | null };

export interface CourierCall {
  signal: AbortSignal;
  /** Unix ms. */
  now: number;
  /** In ms; 10 s if it is left out. */
  limitMs?: number | undefined;
}

/** These say something of the target, its address or its state, nothing of the message. */
const aboutTarget = new Set([401, 403, 404, 405, 407, 408, 410, 421, 423, 425, 429]);
/** Longest wait that another side may ask for, in ms. */
const longestWaitMs = 3_600_000;

/** Posts a letter to a target, once. Never rejects. */
export async function deliver(
  { definition, may_be_private }: Pick<StoredTarget, 'definition' | 'may_be_private'>,
  letter: Letter,
  { signal, now, limitMs }: CourierCall,
): Promise<Outcome> {
  const url = new URL(definition.url);
  const problem = may_be_private ? null : privateHostProblem(url);
  if (problem !== null) return { ok: false, status: null, problem, refused: false, waitMs: null };
  const answer = await askOutside({
    url,
    method: 'POST',
    ...postOf(definition.form, letter, definition.secret),
    signal,
    limitMs,
    ...(may_be_private ? {} : { lookup: publicLookup }),
  });
  if (answer.status === null)
    return { ok: false, status: null, problem: answer.problem, refused: false, waitMs: null };
  return judge(definition, answer.status, retryAfterMs(answer.headers['retry-after'], now));
}

function judge({ form }: TargetDefinition, status: number, asked: number | null): Outcome {
  if (status >= 200 && status < 300) return { ok: true, status };
  const isBusy = status === 429 || status === 503;
  const waitMs = isBusy && asked !== null ? Math.min(asked, longestWaitMs) : null;
  const refused = status >= 400 && status < 500 && !aboutTarget.has(status);
  return { ok: false, status, problem: `it answered ${status}${hint(form, status)}`, refused, waitMs };
}

function hint(form: TargetDefinition['form'], status: number): string {
  if (status >= 300 && status < 400) return ' (redirects are not followed)';
  if (status === 429) return ' (too many messages)';
  if (status === 401 || status === 403)
    return form === 'ntfy' ? ' (the access token is not good)' : ' (not allowed)';
  if (status === 404 || status === 410) return ' (there is nothing at this address any more)';
  return '';
}
