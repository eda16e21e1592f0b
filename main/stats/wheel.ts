/** Keys that are worked in one turn of the event loop when many are added at once. */
const BATCH = 8;

export interface WheelOptions {
  /** Milliseconds in which each key's turn comes once. */
  interval: number;
  /** How many parts the interval is cut into. */
  slots?: number;
  /** Milliseconds of a clock that isn't set back. */
  now: () => number;
  /** Must not throw. */
  work: (key: string) => void;
}

/**
 * Gives each key its turn once an interval, spread evenly over it instead of all in one burst, and a first turn soon after
 * it was added. One timer for all, set for the next occupied slot, and none while there are no keys; it never keeps the
 * process alive. Turns that were missed because the loop was blocked are not made up for.
 */
export class Wheel {
  private readonly slotMs: number;
  private readonly slots: Set<string>[];
  private readonly slotOf = new Map<string, Set<string>>();
  private readonly soon = new Set<string>();
  private readonly now: () => number;
  private readonly work: (key: string) => void;
  /** The last slot that had its turn, counted since the clock's zero. */
  private position = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(options: WheelOptions) {
    const { interval, slots = 10, now, work } = options;
    this.slotMs = interval / slots;
    this.slots = Array.from({ length: slots }, () => new Set<string>());
    this.now = now;
    this.work = work;
  }

  /** Whether a timer is set. */
  get isTurning(): boolean {
    return this.timer !== null;
  }

  /** A key that is already there keeps its slot and gets an extra turn soon. */
  add(key: string): void {
    if (this.slotOf.size === 0) this.position = this.currentTick();
    if (!this.slotOf.has(key)) {
      const slot = this.quietestSlot();
      slot.add(key);
      this.slotOf.set(key, slot);
    }
    this.soon.add(key);
    this.arm();
  }

  delete(key: string): void {
    this.slotOf.get(key)?.delete(key);
    this.slotOf.delete(key);
    this.soon.delete(key);
    this.arm();
  }

  close(): void {
    for (const slot of this.slots) slot.clear();
    this.slotOf.clear();
    this.soon.clear();
    this.arm();
  }

  private arm(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (this.slotOf.size === 0) return;
    this.timer = setTimeout(() => this.turn(), this.soon.size > 0 ? 0 : this.untilNextSlot());
    this.timer.unref();
  }

  private turn(): void {
    this.timer = null;
    const first = [...this.soon].slice(0, BATCH);
    for (const key of first) this.soon.delete(key);
    const due = this.takeDue().filter((key) => !first.includes(key));
    try {
      for (const key of [...first, ...due]) {
        // The work of one key may have removed another.
        if (this.slotOf.has(key)) this.work(key);
      }
    } finally {
      // A work that throws is a bug, but no reason for the wheel to stand still from then on.
      this.arm();
    }
  }

  /** Keys of the slots that came since the last turn, each once however long that was. */
  private takeDue(): string[] {
    const current = this.currentTick();
    const from = Math.max(this.position + 1, current - this.slots.length + 1);
    const keys: string[] = [];
    for (let tick = from; tick <= current; tick += 1) keys.push(...this.slotAt(tick));
    this.position = Math.max(this.position, current);
    return keys;
  }

  private untilNextSlot(): number {
    for (let ahead = 1; ahead <= this.slots.length; ahead += 1) {
      const tick = this.position + ahead;
      if (this.slotAt(tick).size > 0) return Math.max(0, Math.ceil(tick * this.slotMs - this.now()));
    }
    return this.slotMs;
  }

  /** Of equally quiet ones the one that comes half an interval from now, so that a second turn isn't far from the first. */
  private quietestSlot(): Set<string> {
    const middle = this.currentTick() + Math.floor(this.slots.length / 2);
    let best = this.slotAt(middle);
    for (let ahead = 1; ahead < this.slots.length; ahead += 1) {
      const slot = this.slotAt(middle + ahead);
      if (slot.size < best.size) best = slot;
    }
    return best;
  }

  private slotAt(tick: number): Set<string> {
    const slot = this.slots[tick % this.slots.length];
    if (slot === undefined) throw new RangeError(`no slot ${tick}`);
    return slot;
  }

  private currentTick(): number {
    return Math.floor(this.now() / this.slotMs);
  }
}
