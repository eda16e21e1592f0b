/**
 * What may wait for all clients together, in bytes. What is sent to several at once counts for each of them. The process grows by about
 * twice that: what is read and turned into frames for them is in memory for a moment, too.
 */
export const maxOutgoing = 64 * 1024 * 1024;

/** One who has bytes waiting. */
export interface OutgoingMember {
  /** Bytes that wait for it now. */
  readonly waiting: number;
  /** Lets go of them at once: it is sent away. */
  cut(): void;
}

/** B4: all that waits for all clients has one bound; who has most waiting goes first. */
export class OutgoingBudget {
  private readonly limit: number;
  /** With what each was counted last: since it may have been sent by now, the sum is never too small. */
  private readonly members = new Map<OutgoingMember, number>();
  private total = 0;

  constructor(limit: number = maxOutgoing) {
    this.limit = limit;
  }

  /** Counts it from now on; returns how it leaves. */
  add(member: OutgoingMember): () => void {
    this.members.set(member, 0);
    return () => {
      this.total -= this.members.get(member) ?? 0;
      this.members.delete(member);
    };
  }

  /** To be told after each send. May cut any member, this one too. */
  sent(member: OutgoingMember): void {
    if (!this.members.has(member)) return;
    this.count(member);
    if (this.total <= this.limit) return;
    for (const each of this.members.keys()) this.count(each);
    while (this.total > this.limit) this.cutLargest();
  }

  private count(member: OutgoingMember): void {
    const { waiting } = member;
    this.total += waiting - (this.members.get(member) ?? 0);
    this.members.set(member, waiting);
  }

  private cutLargest(): void {
    let [largest, most]: [OutgoingMember | null, number] = [null, -1];
    for (const [member, waiting] of this.members) if (waiting > most) [largest, most] = [member, waiting];
    if (!largest) return;
    this.total -= most;
    this.members.delete(largest);
    largest.cut();
  }
}
