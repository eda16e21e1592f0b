import type { PackEntry } from './pack-format.ts';

/** Where a block lies. */
export interface BlockPlace extends PackEntry {
  /** Number of its pack in the index. */
  pack: number;
}

const hashBytes = 32;
const fields = 5;
const storedField = 2;
const rawField = 3;
const firstRoom = 1024;

/**
 * Every block of a store by its hash: some 80 bytes each, so that a terabyte fits into the memory of a host.
 */
export class BlockIndex {
  /** Ids of the packs, by their numbers. */
  readonly packs: string[] = [];
  private hashes = Buffer.alloc(firstRoom * hashBytes);
  /** Per block: pack, offset, stored, raw, codec. */
  private places = new Uint32Array(firstRoom * fields);
  /** Numbers of blocks + 1 by the start of their hash, the next free place where that is taken. */
  private table = new Uint32Array(firstRoom * 2);
  private blocks = 0;

  /** Blocks, numbered from 0. */
  get count(): number {
    return this.blocks;
  }

  /** Its number, for `add`. */
  addPack(id: string): number {
    this.packs.push(id);
    return this.packs.length - 1;
  }

  /** The first place of a block stays, unless it was forgotten. False: it was known already. */
  add(pack: number, entry: PackEntry): boolean {
    const known = this.numberOf(entry.hash);
    if (known >= 0) {
      if (this.has(known)) return false;
      this.place(known, pack, entry);
      return true;
    }
    if (this.blocks * fields === this.places.length) this.grow();
    const number = this.blocks++;
    entry.hash.copy(this.hashes, number * hashBytes);
    this.place(number, pack, entry);
    this.enter(number);
    return true;
  }

  /** -1: unknown. */
  numberOf(hash: Buffer): number {
    for (let slot = this.slotOf(hash); ; slot = (slot + 1) % this.table.length) {
      const number = (this.table[slot] ?? 0) - 1;
      if (number < 0) return -1;
      const at = number * hashBytes;
      if (hash.compare(this.hashes, at, at + hashBytes) === 0) return number;
    }
  }

  get(hash: Buffer): BlockPlace | null {
    const number = this.numberOf(hash);
    return number < 0 || !this.has(number) ? null : this.at(number);
  }

  /** It lies nowhere any more, as far as is known. It keeps its number. */
  forget(number: number): void {
    this.places[number * fields + rawField] = 0;
  }

  /** Whether it lies anywhere. */
  has(number: number): boolean {
    return this.places[number * fields + rawField] !== 0;
  }

  /** The number of the pack in which it lies, or lay last, without looking at the rest of it: for who goes through all. */
  packAt(number: number): number {
    return this.places[number * fields] ?? 0;
  }

  /** How many bytes it takes there. */
  storedAt(number: number): number {
    return this.places[number * fields + storedField] ?? 0;
  }

  at(number: number): BlockPlace {
    const at = number * fields;
    const [pack = 0, offset = 0, stored = 0, raw = 0, codec = 0] = this.places.subarray(at, at + fields);
    const hash = Buffer.from(this.hashes.subarray(number * hashBytes, (number + 1) * hashBytes));
    return { pack, offset, stored, raw, codec, hash };
  }

  private place(number: number, pack: number, { offset, stored, raw, codec }: PackEntry): void {
    this.places.set([pack, offset, stored, raw, codec], number * fields);
  }

  private slotOf(hash: Buffer): number {
    return hash.readUInt32LE(0) % this.table.length;
  }

  private enter(number: number): void {
    const at = number * hashBytes;
    let slot = this.hashes.readUInt32LE(at) % this.table.length;
    while (this.table[slot] !== 0) slot = (slot + 1) % this.table.length;
    this.table[slot] = number + 1;
  }

  private grow(): void {
    const room = this.blocks * 2;
    const [hashes, places] = [Buffer.alloc(room * hashBytes), new Uint32Array(room * fields)];
    this.hashes.copy(hashes);
    places.set(this.places);
    this.hashes = hashes;
    this.places = places;
    this.table = new Uint32Array(room * 2);
    for (let number = 0; number < this.blocks; number += 1) this.enter(number);
  }
}
