/** One piece of work for the thread. `room`: bytes that the result may have. */
export interface Bzip2Job {
  work: 'compress' | 'decompress';
  bytes: Uint8Array;
  room: number;
}

/** The result, or libbzip2's error code (negative). */
export type Bzip2Answer = Uint8Array | number;

/** What we use of libbzip2: pointers and lengths are numbers in its memory. */
interface Libbzip2 {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  __wasm_call_ctors(): void;
  malloc(bytes: number): number;
  free(pointer: number): void;
  BZ2_bzBuffToBuffCompress(...numbers: number[]): number;
  BZ2_bzBuffToBuffDecompress(...numbers: number[]): number;
}

type Imports = Record<string, Record<string, (...numbers: number[]) => number>>;

/** WebAssembly is in every Node; its types are not among Node's. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: Imports) => { exports: Libbzip2 };
};

interface Thread {
  workerData: unknown;
  parentPort: {
    on(event: 'message', listener: (job: Bzip2Job) => void): unknown;
    postMessage(answer: Bzip2Answer): void;
  } | null;
}

/**
 * The whole program of the thread: libbzip2 in WebAssembly (`workerData` holds its bytes), one answer for each job, in order.
 * It is started from its own source text, so that it runs the same from sources, from the bundle and out of an asar archive:
 * **it may use nothing that stands outside of it.**
 */
export function bzip2Worker({ workerData, parentPort }: Thread): void {
  const maxMemory = 256 * 1024 * 1024;
  const pageSize = 64 * 1024;
  const memoryError = -3;
  /** What libbzip2 wants of a system. It gets nothing of ours but memory; 52 is «not supported». */
  const unsupported = (): number => 52;
  const imports: Imports = {
    env: {
      exit: () => {
        throw new Error('libbzip2 gave up');
      },
      emscripten_memcpy_big: (to = 0, from = 0, count = 0) => {
        new Uint8Array(lib.memory.buffer).copyWithin(to, from, from + count);
        return to;
      },
      emscripten_resize_heap: (bytes = 0) => {
        if (bytes > maxMemory) return 0;
        lib.memory.grow(Math.ceil((bytes - lib.memory.buffer.byteLength) / pageSize));
        return 1;
      },
    },
    wasi_snapshot_preview1: { fd_close: unsupported, fd_write: unsupported, fd_seek: unsupported },
  };
  if (!(workerData instanceof Uint8Array)) throw new Error('libbzip2 is missing');
  const lib = new WebAssembly.Instance(new WebAssembly.Module(workerData), imports).exports;
  lib.__wasm_call_ctors();

  /** Level 9 and the default work factor; for decompression the faster way. */
  const call = (job: Bzip2Job, to: number, length: number, from: number): number =>
    job.work === 'compress'
      ? lib.BZ2_bzBuffToBuffCompress(to, length, from, job.bytes.length, 9, 0, 0)
      : lib.BZ2_bzBuffToBuffDecompress(to, length, from, job.bytes.length, 0, 0);

  const perform = (job: Bzip2Job): Bzip2Answer => {
    const [from, to, length] = [lib.malloc(job.bytes.length), lib.malloc(job.room), lib.malloc(4)];
    try {
      if (from === 0 || to === 0 || length === 0) return memoryError;
      // Memory that has grown is a new buffer: it is asked for anew each time.
      new Uint8Array(lib.memory.buffer).set(job.bytes, from);
      new DataView(lib.memory.buffer).setUint32(length, job.room, true);
      const code = call(job, to, length, from);
      if (code !== 0) return code;
      const size = new DataView(lib.memory.buffer).getUint32(length, true);
      return new Uint8Array(lib.memory.buffer.slice(to, to + size));
    } finally {
      for (const pointer of [from, to, length]) lib.free(pointer);
    }
  };
  parentPort?.on('message', (job) => parentPort.postMessage(perform(job)));
}
