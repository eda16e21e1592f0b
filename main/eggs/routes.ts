import { createHash } from 'node:crypto';
import { planEgg, previewEgg } from '../../shared/http/eggs.ts';
import type { Routes } from '../feature/contract.ts';
import { parseEgg } from './parse-egg.ts';
import { planServer } from './plan.ts';

/** E1: eggs by HTTP. */
export function eggRoutes(routes: Routes): void {
  routes.mount(previewEgg)(({ body: { text } }) => {
    const { egg, notes } = parseEgg(text);
    return { egg, notes: notes.map((note) => note.text) };
  });
  routes.mount(planEgg)(({ body: { text, values, ...choice } }) => {
    const { egg } = parseEgg(text);
    return planServer(egg, digestOf(text), { ...choice, values: new Map(Object.entries(values)) });
  });
}

/** By which two eggs are the same. */
const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
