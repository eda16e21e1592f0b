import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const folder = join(import.meta.dirname, '../fixtures/engines');

const logSchema = z.object({ base64: z.string() });
const linesSchema = z.object({ status: z.number(), lines: z.array(z.unknown()) });
const eventsSchema = z.array(
  z.looseObject({
    Action: z.string(),
    Actor: z.looseObject({ Attributes: z.record(z.string(), z.string()) }),
  }),
);

/** What one engine answered when it was recorded: each reply is a file of its folder, as the engine gave it. */
export class RecordedEngine {
  /** As `docker-28.5.2-cgroup1`. */
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  get isPodman(): boolean {
    return this.name.startsWith('podman');
  }

  /** The names of its replies, without `.json`. */
  get replies(): string[] {
    return readdirSync(join(folder, this.name)).map((file) => file.replace(/\.json$/, ''));
  }

  has(reply: string): boolean {
    return this.replies.includes(reply);
  }

  reply(name: string): unknown {
    return JSON.parse(readFileSync(join(folder, this.name, `${name}.json`), 'utf8'));
  }

  /** The body of a log reply, byte for byte. */
  log(name: string): Buffer {
    return Buffer.from(logSchema.parse(this.reply(name)).base64, 'base64');
  }

  /** The lines of a pull, or of its refusal, and the HTTP status. */
  pull(name: string): z.infer<typeof linesSchema> {
    return linesSchema.parse(this.reply(name));
  }

  /** Its events of the containers named `fx-…`, labelled as the host `fixture`'s. */
  get events(): z.infer<typeof eventsSchema> {
    return eventsSchema.parse(this.reply('events'));
  }
}

/** All that were recorded: Docker of several versions, image stores and cgroups, and Podman. */
export const recordedEngines: readonly RecordedEngine[] = readdirSync(folder).map(
  (name) => new RecordedEngine(name),
);
