import { z } from 'zod';
import {
  type AlertEvent,
  type AlertForm,
  alertEvents,
  type Target,
  targetFields,
  toneOf,
} from '../../../../shared/model/alert.ts';
import { problemsOf } from '../../../ui/mistakes.ts';
import { strings } from './strings.ts';
import type { TargetBody } from './use-alerts.ts';

export interface TargetDraft {
  name: string;
  form: AlertForm;
  /** '': the one that is kept. */
  url: string;
  secret: string;
  events: AlertEvent[];
  allServers: boolean;
  servers: string[];
  isQuiet: boolean;
  from: string;
  to: string;
  timeZone: string;
  gather: number;
}

export const troubles = alertEvents.filter((event) => toneOf(event) === 'trouble');

export const newDraft = (timeZone: string): TargetDraft => ({
  name: '',
  form: 'discord',
  url: '',
  secret: '',
  events: [...troubles],
  allServers: true,
  servers: [],
  isQuiet: false,
  from: '23:00',
  to: '07:00',
  timeZone,
  gather: 10,
});

export const draftOf = (target: Target, timeZone: string): TargetDraft => ({
  name: target.name,
  form: target.form,
  url: '',
  secret: '',
  events: target.events,
  allServers: target.servers === null,
  servers: target.servers ?? [],
  isQuiet: target.quiet !== null,
  from: target.quiet?.from ?? '23:00',
  to: target.quiet?.to ?? '07:00',
  timeZone: target.quiet?.time_zone ?? timeZone,
  gather: target.gather,
});

/** What is sent. What was left empty of an existing target stays, as long as it is written in the same form. */
export function bodyOf(draft: TargetDraft, target: Target | null): TargetBody {
  const { name, form, url, secret, events, gather } = draft;
  const usesSecret = form === 'json' || form === 'ntfy';
  const keepsSecret = usesSecret && secret === '' && target?.form === form;
  const quiet = draft.isQuiet ? { from: draft.from, to: draft.to, time_zone: draft.timeZone } : null;
  return {
    name: name.trim(),
    form,
    ...(url.trim() === '' && target ? {} : { url: url.trim() }),
    ...(keepsSecret ? {} : { secret: usesSecret && secret !== '' ? secret : null }),
    events,
    servers: draft.allServers ? null : draft.servers,
    quiet,
    gather,
  };
}

const sentSchema = z.object({
  name: targetFields.name,
  url: targetFields.url.optional(),
  secret: targetFields.secret.optional(),
  events: targetFields.events,
  servers: targetFields.servers,
  quiet: targetFields.quiet,
});

/** What is wrong before it is sent, by field. */
export function problemsOfDraft(draft: TargetDraft, target: Target | null): Record<string, string> {
  const body = bodyOf(draft, target);
  const problems = problemsOf(sentSchema, body);
  const lacksSecret = draft.form === 'json' && body.secret === null;
  return lacksSecret ? { secret: strings.needsSecret, ...problems } : problems;
}
