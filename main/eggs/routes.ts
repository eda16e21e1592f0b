import { previewEgg } from '../../shared/http/eggs.ts';
import type { Routes } from '../feature/contract.ts';
import { parseEgg } from './parse-egg.ts';

/** E1: eggs by HTTP. */
export function eggRoutes(routes: Routes): void {
  routes.mount(previewEgg)(({ body: { text } }) => {
    const { egg, notes } = parseEgg(text);
    return { egg, notes: notes.map((note) => note.text) };
  });
}
