import { z } from 'zod';
import { protocolSchema, userModeSchema } from '../../../shared/model/server.ts';
import type { Draft, DraftPort } from './draft.ts';
import type { Recipe } from './recipe.ts';

const numberOrNull = z.number().nullable();
const draftSchema: z.ZodType<Draft> = z.object({
  name: z.string(),
  id: z.string(),
  idFollows: z.boolean(),
  image: z.string(),
  startup: z.string(),
  entrypoint: z.enum(['shell', 'image']),
  ready: z.string(),
  stopBy: z.enum(['command', 'signal']),
  stop: z.string(),
  stopSeconds: numberOrNull,
  install: z.string(),
  dataPath: z.string(),
  timeZone: z.string(),
  owner: z.string(),
  user: userModeSchema.nullable(),
  readOnlyRoot: z.boolean(),
  tty: z.boolean(),
  autoStart: z.boolean(),
  restart: z.boolean(),
  ports: z.array(
    z.object({
      name: z.string(),
      container: z.number(),
      protocol: z.union([protocolSchema, z.literal('both')]),
      host: numberOrNull,
      isSame: z.literal(true).exactOptional(),
      variable: z.string().exactOptional(),
    }),
  ),
  memory: numberOrNull,
  cpu: numberOrNull,
  disk: numberOrNull,
  values: z.record(z.string(), z.string()),
  environment: z.array(z.object({ key: z.number(), name: z.string(), value: z.string() })),
  hasAgreed: z.boolean(),
});

/** By its name alone: nobody says of a free variable what it is for. */
const isSecret = (name: string): boolean => /pass|secret|token|key|auth|credential/i.test(name);

type Place = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** One draft for each template, as long as the tab is open, so that a reload loses nothing. Passwords are not kept. */
export class DraftStorage {
  private readonly place: Place;
  private readonly key: string;
  private readonly recipe: Recipe;

  /** A draft is known by what it is of, and dropped when that asks for something else by now. */
  constructor(recipe: Recipe, place: Place) {
    this.place = place;
    this.recipe = recipe;
    this.key = `lightdeck.draft.${recipe.key}`;
  }

  /** Null: none is kept, or none that still fits. */
  read(fresh: Draft): Draft | null {
    const kept = draftSchema.safeParse(parsed(this.attempt(() => this.place.getItem(this.key)) ?? null));
    if (!kept.success || !this.fits(kept.data)) return null;
    return { ...kept.data, values: { ...fresh.values, ...this.open(kept.data.values) } };
  }

  write(draft: Draft): void {
    const environment = draft.environment.map((row) => (isSecret(row.name) ? { ...row, value: '' } : row));
    const text = JSON.stringify({ ...draft, values: this.open(draft.values), environment });
    this.attempt(() => this.place.setItem(this.key, text));
  }

  forget(): void {
    this.attempt(() => this.place.removeItem(this.key));
  }

  private fits({ ports }: Draft): boolean {
    if (this.recipe.kind === 'image') return true;
    const asked = this.recipe.start.ports;
    const same = (port: DraftPort | undefined, other: DraftPort): boolean =>
      port?.container === other.container &&
      port.protocol === other.protocol &&
      port.variable === other.variable;
    return asked.length === ports.length && asked.every((port, index) => same(ports[index], port));
  }

  /** The values that are no secrets and that the template still asks for. */
  private open(values: Draft['values']): Draft['values'] {
    const names = new Set(this.recipe.variables.filter(({ secret }) => !secret).map(({ key }) => key));
    return Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name)));
  }

  /** A browser may forbid its storage, or have it full: then nothing is kept, and nothing else is wrong. */
  private attempt<T>(act: () => T): T | undefined {
    try {
      return act();
    } catch {
      return undefined;
    }
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
