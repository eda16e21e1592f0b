import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { game } from './images.ts';
import { until } from './until.ts';

const player = join(import.meta.dirname, '../game/client/player.mjs');
const lineSchema = z.object({ event: z.string(), text: z.string() });

/** A real player (mineflayer) in a process of its own; prints one JSON object per line of what it sees. */
export class Player {
  readonly seen: { event: string; text: string }[] = [];
  private readonly child: ChildProcess;

  constructor(port: number) {
    this.child = spawn(process.execPath, [player, '127.0.0.1', String(port), game.version], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (this.child.stdout) {
      createInterface({ input: this.child.stdout }).on('line', (text) =>
        this.seen.push(lineSchema.parse(JSON.parse(text))),
      );
    }
  }

  async sees(event: string, text = ''): Promise<void> {
    const what = `the player to see ${event} ${text}; it saw ${JSON.stringify(this.seen).slice(-500)}`;
    await until(() => this.seen.some((one) => one.event === event && one.text.includes(text)), {
      timeoutMs: 60_000,
      what,
    });
  }

  /** `say TEXT`, `block X Y Z` or `build X Y Z NAME`. */
  order(text: string): void {
    this.child.stdin?.write(`${text}\n`);
  }

  /** Looks at one place of the world, which comes in pieces, until the block is there. */
  async findsBlock(place: string, name: string): Promise<void> {
    const look = (): boolean => {
      this.order(`block ${place}`);
      return this.seen.some(({ event, text }) => event === 'block' && text === name);
    };
    await until(look, {
      everyMs: 300,
      timeoutMs: 60_000,
      what: `the player to find ${name} at ${place}; it saw ${JSON.stringify(this.seen).slice(0, 300)}`,
    });
  }

  /** The blocks that it saw being put somewhere, as `X Y Z NAME`. */
  get built(): string[] {
    return this.seen.filter(({ event }) => event === 'built').map(({ text }) => text);
  }

  /** Looks until all of these (`X Y Z NAME`) are where they should be. */
  async findsAll(blocks: readonly string[]): Promise<void> {
    const missing = (): string[] => {
      const found = new Set(this.seen.filter(({ event }) => event === 'at').map(({ text }) => text));
      return blocks.filter((block) => !found.has(block));
    };
    const look = (): boolean => {
      for (const block of missing()) this.order(`block ${block}`);
      return missing().length === 0;
    };
    await until(look, {
      everyMs: 300,
      timeoutMs: 60_000,
      what: `the player to find ${blocks.length} blocks`,
    });
  }

  close(): void {
    this.child.kill();
  }
}
