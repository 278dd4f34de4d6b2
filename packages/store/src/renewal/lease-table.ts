import type { Lease } from '../store-types.js';

/** Where a lease stands in the table; the generation tells it from what stood there before. */
export interface LeasePlace {
  readonly slot: number;
  readonly generation: number;
}

/** A lease as it stands in the table. */
export interface KeptLease extends LeasePlace, Pick<Lease, 'runId' | 'worker' | 'fence'> {
  readonly leaseMs: number;
  /** It may be renewed before this instant of the writer's clock; `Infinity`: always. */
  readonly until: number;
}

/** How big a table is at first; it grows. */
export interface LeaseTableSize {
  readonly slots?: number;
  /** Bytes of a slot for the run's id and the worker's name. */
  readonly textBytes?: number;
}

// The table: its slots' size and how many of them were ever used; then the slots, each beginning on a multiple of 8.
const headBytes = 8;
const slotBytesAt = 0;
const usedSlotsAt = 1;
// A slot: three 32-bit numbers, three doubles, then the texts.
const generationAt = 0;
const idBytesAt = 1;
const workerBytesAt = 2;
const fenceAt = 2;
const leaseMsAt = 3;
const untilAt = 4;
const textAt = 40;

const firstSize = { slots: 64, textBytes: 120 };
/** The most bytes of UTF-8 that one UTF-16 unit takes. */
const maxUnitBytes = 3;

/**
 * Leases in memory that another thread reads at any time: putting one in costs no message and wakes nobody.
 *
 * A slot is in use while its generation is not 0, which is written last and read first and last: what was half written
 * in between is passed over. The writer's thread alone writes.
 */
export class LeaseTable {
  #views: Views;
  #free: number[] = [];
  #lastGeneration = 0;
  readonly #onGrown: (buffer: SharedArrayBuffer) => void;

  /** `onGrown` hears of the buffer that takes the place of the one before; it holds all leases. */
  constructor(onGrown: (buffer: SharedArrayBuffer) => void = () => undefined, size: LeaseTableSize = {}) {
    const { slots, textBytes } = { ...firstSize, ...size };
    this.#views = makeViews(slots, slotBytesFor(textBytes));
    this.#onGrown = onGrown;
  }

  get buffer(): SharedArrayBuffer {
    return this.#views.buffer;
  }

  /** Puts a lease in, to be renewed without end until `limit` or `remove`. */
  put({ runId, worker, fence }: Pick<Lease, 'runId' | 'worker' | 'fence'>, leaseMs: number): LeasePlace {
    const slot = this.#takeSlot((runId.length + worker.length) * maxUnitBytes);
    const { bytes, doubles, ints, slotBytes } = this.#views;
    const offset = headBytes + slot * slotBytes;
    const idBytes = bytes.write(runId, offset + textAt);
    ints[offset / 4 + idBytesAt] = idBytes;
    ints[offset / 4 + workerBytesAt] = bytes.write(worker, offset + textAt + idBytes);
    doubles[offset / 8 + fenceAt] = fence;
    doubles[offset / 8 + leaseMsAt] = leaseMs;
    doubles[offset / 8 + untilAt] = Number.POSITIVE_INFINITY;
    const generation = this.#nextGeneration();
    Atomics.store(ints, offset / 4 + generationAt, generation);
    return { slot, generation };
  }

  /** Says until when a lease may be renewed; null: without end. */
  limit({ slot }: LeasePlace, until: number | null): void {
    const { doubles, slotBytes } = this.#views;
    doubles[(headBytes + slot * slotBytes) / 8 + untilAt] = until ?? Number.POSITIVE_INFINITY;
  }

  remove({ slot }: LeasePlace): void {
    const { ints, slotBytes } = this.#views;
    Atomics.store(ints, (headBytes + slot * slotBytes) / 4 + generationAt, 0);
    this.#free.push(slot);
  }

  #takeSlot(textBytes: number): number {
    const needed = slotBytesFor(textBytes);
    if (needed > this.#views.slotBytes) this.#grow(this.#views.slots, needed);
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const used = this.#views.ints[usedSlotsAt] ?? 0;
    if (used === this.#views.slots) this.#grow(used * 2, this.#views.slotBytes);
    this.#views.ints[usedSlotsAt] = used + 1;
    return used;
  }

  #grow(slots: number, slotBytes: number): void {
    const before = this.#views;
    const grown = makeViews(slots, slotBytes);
    if (slotBytes === before.slotBytes) grown.bytes.set(before.bytes);
    else copySlots(before, grown);
    this.#views = grown;
    this.#onGrown(grown.buffer);
  }

  /** From 1 to the greatest 32-bit number, then from 1 again. */
  #nextGeneration(): number {
    this.#lastGeneration = (this.#lastGeneration % 0x7fffffff) + 1;
    return this.#lastGeneration;
  }
}

/** Reads the leases that stand in a table. */
export function readLeases(buffer: SharedArrayBuffer): readonly KeptLease[] {
  const views = viewsOf(buffer);
  const leases: KeptLease[] = [];
  const used = views.ints[usedSlotsAt] ?? 0;
  for (let slot = 0; slot < used; slot += 1) {
    const lease = readSlot(views, slot);
    if (lease !== null) leases.push(lease);
  }
  return leases;
}

function readSlot({ bytes, doubles, ints, slotBytes }: Views, slot: number): KeptLease | null {
  const offset = headBytes + slot * slotBytes;
  const generation = Atomics.load(ints, offset / 4 + generationAt);
  if (generation === 0) return null;
  const workerAt = offset + textAt + (ints[offset / 4 + idBytesAt] ?? 0);
  const lease = {
    slot,
    generation,
    runId: bytes.toString('utf8', offset + textAt, workerAt),
    worker: bytes.toString('utf8', workerAt, workerAt + (ints[offset / 4 + workerBytesAt] ?? 0)),
    fence: doubles[offset / 8 + fenceAt] ?? 0,
    leaseMs: doubles[offset / 8 + leaseMsAt] ?? 0,
    until: doubles[offset / 8 + untilAt] ?? 0,
  };
  // Another lease took its place while it was read: the next reading sees that one whole.
  return Atomics.load(ints, offset / 4 + generationAt) === generation ? lease : null;
}

interface Views {
  readonly buffer: SharedArrayBuffer;
  readonly bytes: Buffer;
  readonly ints: Int32Array;
  readonly doubles: Float64Array;
  readonly slots: number;
  readonly slotBytes: number;
}

function slotBytesFor(textBytes: number): number {
  return Math.ceil((textAt + textBytes) / 8) * 8;
}

function makeViews(slots: number, slotBytes: number): Views {
  const buffer = new SharedArrayBuffer(headBytes + slots * slotBytes);
  new Int32Array(buffer)[slotBytesAt] = slotBytes;
  return viewsOf(buffer);
}

/** Each slot to its place in a table of larger ones. */
function copySlots(from: Views, to: Views): void {
  to.ints[usedSlotsAt] = from.ints[usedSlotsAt] ?? 0;
  for (let slot = 0; slot < from.slots; slot += 1) {
    const offset = headBytes + slot * from.slotBytes;
    from.bytes.copy(to.bytes, headBytes + slot * to.slotBytes, offset, offset + from.slotBytes);
  }
}

function viewsOf(buffer: SharedArrayBuffer): Views {
  const ints = new Int32Array(buffer);
  const slotBytes = ints[slotBytesAt] ?? 0;
  const slots = (buffer.byteLength - headBytes) / slotBytes;
  return { buffer, bytes: Buffer.from(buffer), ints, doubles: new Float64Array(buffer), slots, slotBytes };
}
