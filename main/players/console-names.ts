import { type BoundedPattern, compilePattern } from '../../shared/eggs/pattern.ts';
import { fixedText } from '../../shared/model/fixed-text.ts';
import type { PlayersSetting } from '../../shared/model/players.ts';
import { AnsiStripper } from '../console/ansi-stripper.ts';
import { cleanName } from './clean-name.ts';

/** Of a longer line the rest is not looked at, in characters. */
const maxLine = 4096;
/** So many lines of a second may look like somebody's coming or going; more is a flood, in which nobody's are followed. */
const mostPerSecond = 2000;

export interface NameChange {
  kind: 'join' | 'leave';
  name: string;
}

interface Look {
  kind: NameChange['kind'];
  fixed: string;
  pattern: BoundedPattern;
}

/** Finds who comes and goes in a console's text. */
export class ConsoleNames {
  private readonly looks: Look[];
  private readonly now: () => number;
  private readonly stripper = new AnsiStripper();
  private rest = '';
  private second = 0;
  private inSecond = 0;

  private constructor(looks: Look[], now: () => number) {
    this.looks = looks;
    this.now = now;
  }

  /** Null where a pattern can't be used. */
  static of({ join, leave }: NonNullable<PlayersSetting['console']>, now: () => number): ConsoleNames | null {
    const looks: Look[] = [];
    for (const [kind, text] of [
      ['join', join],
      ['leave', leave],
    ] as const) {
      const pattern = compilePattern(text);
      if (pattern === null) return null;
      looks.push({ kind, fixed: fixedText(text), pattern });
    }
    return new ConsoleNames(looks, now);
  }

  /** Takes the next text (whole characters of normalised UTF-8). Null: it was a flood, and what it said of players isn't known. */
  push(text: Buffer): NameChange[] | null {
    const stripped = this.stripper.strip(text.toString('utf8'));
    const lines = `${this.rest}${stripped}`;
    const end = Math.max(lines.lastIndexOf('\n'), lines.lastIndexOf('\r')) + 1;
    this.rest = lines.slice(end, end + maxLine);
    const finished = lines.slice(0, end);
    // Nearly all text has nothing of it.
    if (!this.looks.some(({ fixed }) => finished.includes(fixed))) return [];
    const changes: NameChange[] = [];
    for (const line of finished.split(/[\r\n]/)) {
      const found = this.look(line.slice(0, maxLine));
      if (found === 'flood') return null;
      if (found !== null) changes.push(found);
    }
    return changes;
  }

  private look(line: string): NameChange | 'flood' | null {
    for (const { kind, fixed, pattern } of this.looks) {
      if (!line.includes(fixed)) continue;
      if (this.isFlood()) return 'flood';
      const name = cleanName(pattern.capture(line) ?? '');
      if (name !== null) return { kind, name };
    }
    return null;
  }

  private isFlood(): boolean {
    const second = Math.floor(this.now() / 1000);
    if (second !== this.second) this.inSecond = 0;
    this.second = second;
    this.inSecond += 1;
    return this.inSecond > mostPerSecond;
  }
}
