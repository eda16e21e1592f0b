import { z } from 'zod';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { DeadlineError } from './deadline.ts';
import { innerCode } from './engine-failure.ts';

/** docker-modem's error of an HTTP status; `json` is the engine's body, parsed where it could be. */
const answerSchema = z.object({ statusCode: z.number(), json: z.unknown() });
const wordsSchema = z.object({ message: z.string() });

/** The HTTP status that a docker-modem error carries, null for any other. */
export function engineStatus(thrown: unknown): number | null {
  const answer = answerSchema.safeParse(thrown);
  return answer.success ? answer.data.statusCode : null;
}

/**
 * Turns anything that dockerode or node:http throws into the one class. `what` is the act in words ("start container
 * abc"), for the message. 404 → `not_found`, 409 → `conflict`, other statuses → `engine_refused` with the engine's
 * words, a passed deadline → `timeout`, a broken or absent connection → `engine_unreachable`.
 */
export function toEngineError(thrown: unknown, what: string): LightdeckError {
  if (thrown instanceof LightdeckError) return thrown;
  const options = { cause: thrown };
  if (thrown instanceof DeadlineError) {
    const message = `Could not ${what}: the engine gave no answer within ${thrown.ms / 1000} s. Try again, and restart the engine if it stays so.`;
    return new LightdeckError('timeout', message, options);
  }
  if (thrown instanceof z.ZodError) {
    const field = thrown.issues[0]?.path.join('.') ?? '';
    const message = `Could not ${what}: the engine's answer has a form that Lightdeck doesn't know (${field}). Is it a Docker engine of 2021 or later?`;
    return new LightdeckError('engine_refused', message, options);
  }
  const status = engineStatus(thrown);
  if (status !== null) {
    const words = engineWords(thrown, status);
    return new LightdeckError(codeOf(status, words), `Could not ${what}: ${advise(words)}`, options);
  }
  const system = innerCode(thrown);
  if (system !== null || isHangUp(thrown)) {
    const message = `Could not ${what}: the engine can't be reached (${system ?? 'connection closed'}). Start it, or wait until it is back.`;
    return new LightdeckError('engine_unreachable', message, options);
  }
  const text = errorText(thrown);
  return new LightdeckError('engine_refused', `Could not ${what}: ${text}`, options);
}

function codeOf(status: number, words: string): 'not_found' | 'conflict' | 'engine_refused' {
  if (status === 404) return 'not_found';
  // Podman (seen with 5.8) tells a name that is taken as a failure of its own.
  return status === 409 || /that name is already in use/.test(words) ? 'conflict' : 'engine_refused';
}

/** Whether the engine refused since the container doesn't run, which Podman (seen with 5.8) tells as a failure of its own. */
export function isOfStopped(thrown: unknown): boolean {
  return engineStatus(thrown) === 500 && /^container is stopped/.test(engineWords(thrown, 500));
}

function isHangUp(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.message === 'socket hang up' || thrown.message === 'aborted');
}

/** The engine's own words: `message` of its JSON body, or docker-modem's text without its "(HTTP code …)" front. */
function engineWords(thrown: unknown, status: number): string {
  const answer = answerSchema.safeParse(thrown);
  const body = wordsSchema.safeParse(answer.success ? answer.data.json : null);
  if (body.success) return body.data.message.trim();
  const text = thrown instanceof Error ? thrown.message : '';
  return text.replace(/^\(HTTP code \d+\) [^-]*- /, '').trim() || `HTTP status ${status}`;
}

const advices: { match: RegExp; advice: string }[] = [
  {
    match: /port is already allocated|address already in use/i,
    advice: 'Another program or container holds that port: stop it, or choose another port.',
  },
  {
    match: /non-overlapping IPv4 address pool|predefined address pools|Pool overlaps/i,
    advice:
      'The engine has no free subnet: remove unused networks (docker network prune) or widen default-address-pools.',
  },
  {
    match: /No such image/i,
    advice: 'Pull the image first.',
  },
  {
    match: /NanoCPUs has already been set/i,
    advice:
      'Its container was made by an older version: restart the server once, then its CPU can be changed.',
  },
  {
    match: /no space left on device/i,
    advice: "The engine's disk is full: remove unused images and containers (docker system prune).",
  },
  {
    match: /bind source path does not exist/i,
    advice:
      'The folder is missing on the host, or the engine runs in a virtual machine that does not share it.',
  },
  {
    match: /lookup init binary|catatonit|docker-init/i,
    advice:
      'The engine lacks the small program that is to be the first one in each container: install catatonit (Podman) or tini (Docker).',
  },
  {
    match: /executable file not found|exec: "\/bin\/sh"/i,
    advice: 'The image has no /bin/sh, which the startup command needs: choose another image.',
  },
];

/** Adds what to do about the refusals that users meet most. */
function advise(text: string): string {
  const found = advices.find(({ match }) => match.test(text));
  const sentence = /[.!?]$/.test(text) ? text : `${text}.`;
  return found ? `${sentence} ${found.advice}` : sentence;
}
