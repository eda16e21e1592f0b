import { Cron } from 'croner';
import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { Zone } from '../lib/zone.ts';

/** Letters, digits and signs of one field; what is beyond (`@daily`, `+`) would mean something else to other programs. */
const field = '[A-Za-z0-9*?,/#-]+';
const fiveFields = new RegExp(`^${field}(\\s+${field}){4}$`);

/**
 * When a cron expression is due in a zone. What it means is croner's, on a clock without changes; those are ours, since a time of day that
 * doesn't exist must not be lost, and one that exists twice must not come twice:
 * a time that the clocks skip is due at the moment of the change, together with whatever else is due then, once;
 * a time that comes twice is due at its first, unless the expression names no hours: `every 10 minutes` goes on in both.
 */
export class CronTimes {
  private readonly zone: Zone;
  private readonly cron: Cron;
  private readonly isEveryHour: boolean;

  /** Throws LightdeckError `invalid` naming the field. */
  constructor({ cron, timeZone }: { cron: string; timeZone: string }) {
    const expression = cron.trim();
    if (!fiveFields.test(expression)) {
      throw new LightdeckError(
        'invalid',
        'cron: must have five fields: minute, hour, day of the month, month, day of the week, as in 0 4 * * 1-5',
      );
    }
    this.isEveryHour = /^\*(\/1)?$/.test(expression.split(/\s+/)[1] ?? '');
    this.zone = zoneOf(timeZone);
    try {
      this.cron = new Cron(expression, { mode: '5-part', utcOffset: 0, paused: true });
    } catch (error) {
      throw new LightdeckError('invalid', `cron: ${problemOf(error)}`);
    }
  }

  /** The first moment after `instant` (both Unix ms) at which it is due; null if there is none any more. */
  next(instant: number): number | null {
    let best: number | null = null;
    // Where clocks are set back, what they show now they may show again: look from that much earlier.
    const change = this.zone.changeAround(instant);
    let wall: number | null = this.zone.wallAt(instant) - change - 1;
    while (true) {
      wall = this.nextWall(wall);
      if (wall === null) return best;
      const { moments } = this.zone.momentsOf(wall);
      const [first = 0] = moments;
      // From here on all are later.
      if (best !== null && first >= best) return best;
      const candidates = this.isEveryHour ? moments : [first];
      for (const moment of candidates)
        if (moment > instant && (best === null || moment < best)) best = moment;
      if (best === first && (change === 0 || !this.isEveryHour)) return best;
    }
  }

  /** The next `count` of them. */
  following(instant: number, count: number): number[] {
    const times: number[] = [];
    for (let at = this.next(instant); at !== null && times.length < count; at = this.next(at)) times.push(at);
    return times;
  }

  private nextWall(wall: number): number | null {
    return this.cron.nextRun(new Date(wall))?.getTime() ?? null;
  }
}

function zoneOf(name: string): Zone {
  try {
    return new Zone(name);
  } catch {
    throw new LightdeckError('invalid', `time_zone: ${name} is no time zone that is known here`);
  }
}

function problemOf(error: unknown): string {
  const words = errorText(error).replace(/^CronPattern: /, '');
  return words.charAt(0).toLowerCase() + words.slice(1);
}
