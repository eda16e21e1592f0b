/** What the thread is started with. */
export interface StreamWork {
  /** The library's own text, as its package has it. */
  library: string;
  /** Most bytes that the library may have in one piece: archives say themselves how much memory they need. */
  maxMemory: number;
}

/** From the thread. The first two wait for one answer: input, or that the output was taken. */
export type FromStream = { want: true } | { output: Uint8Array } | { end: true } | { failure: string };
/** Input; null at its end, and for output that was taken. */
export type ToStream = Uint8Array | null;

/** What we use of xz-decompress: the state of xz-embedded begins with numbers (`unxz` says which), in its memory. */
interface XzEmbedded {
  memory: { readonly buffer: ArrayBuffer };
  create_context(): number;
  destroy_context(state: number): void;
  supply_input(state: number, length: number): void;
  get_next_output(state: number): number;
}

interface Libraries {
  XzReadableStream?: { _getModuleInstance(): Promise<void>; _moduleInstance: { exports: XzEmbedded } };
  Decompress?: new (
    onOutput: (bytes: Uint8Array) => void,
  ) => { push(bytes: Uint8Array, isLast?: boolean): void };
}

type Ask = (message: FromStream) => Promise<ToStream>;
export type Decompressor = (libraries: Libraries, ask: Ask) => Promise<void>;

/** Node's `require`, as far as the thread uses it. */
interface Require {
  (
    name: 'node:worker_threads',
  ): {
    workerData: StreamWork;
    parentPort: {
      on(event: 'message', listener: (message: ToStream) => void): void;
      postMessage(message: FromStream): void;
    };
  };
  (name: 'node:vm'): { compileFunction(text: string, names: string[]): (...values: unknown[]) => void };
}

/**
 * The program of the thread, with one of those below. All are started from their own source text, so that it runs the same from
 * sources, from the bundle and out of an asar archive: **they may use nothing that stands outside of them.**
 */
export function streamWorker(require: Require, decompress: Decompressor): void {
  const { workerData, parentPort } = require('node:worker_threads');
  let answer = (_message: ToStream): void => {};
  parentPort.on('message', (message) => answer(message));
  const ask: Ask = (message) =>
    new Promise((resolve) => {
      answer = resolve;
      parentPort.postMessage(message);
    });
  /** A window that an archive asks for is memory before anything is in it. */
  const bounded = new Proxy(Uint8Array, {
    construct(target, values) {
      const [first] = values;
      if (typeof first === 'number' && first > workerData.maxMemory)
        throw new Error('it needs more memory than it gets here');
      return Reflect.construct(target, values);
    },
  });
  const run = async (): Promise<void> => {
    const module: { exports: Libraries } = { exports: {} };
    const names = ['exports', 'module', 'require', 'Uint8Array'];
    const library = require('node:vm').compileFunction(workerData.library, names);
    library(module.exports, module, require, bounded);
    await decompress(module.exports, ask);
  };
  run().then(
    () => parentPort.postMessage({ end: true }),
    (error: unknown) =>
      parentPort.postMessage({ failure: error instanceof Error ? error.message : String(error) }),
  );
}

/** zstd, by fzstd. It doesn't look at the checksum of the content. */
export async function unzst({ Decompress }: Libraries, ask: Ask): Promise<void> {
  if (!Decompress) throw new Error('fzstd is another one than was expected');
  const outputs: Uint8Array[] = [];
  const stream = new Decompress((bytes) => outputs.push(bytes));
  // Four bytes may become 128 KiB: little at a time, so that not much is there at once.
  const pieceSize = 256;
  const hand = async (): Promise<void> => {
    for (const output of outputs.splice(0)) if (output.length > 0) await ask({ output });
  };
  for (let input = await ask({ want: true }); input; input = await ask({ want: true })) {
    for (let at = 0; at < input.length; at += pieceSize) {
      stream.push(input.subarray(at, at + pieceSize));
      await hand();
    }
  }
  stream.push(new Uint8Array(0), true);
  await hand();
}

/**
 * xz, by xz-embedded, several streams too. Of xz-decompress only its WebAssembly is used: its own stream waits for others of its
 * kind in the process, and for ever where one was broken off.
 */
export async function unxz({ XzReadableStream }: Libraries, ask: Ask): Promise<void> {
  if (!XzReadableStream) throw new Error('xz-decompress is another one than was expected');
  await XzReadableStream._getModuleInstance();
  const lib = XzReadableStream._moduleInstance.exports;
  const noMemory = 'it needs more memory than it gets here';
  const problems = new Map([
    [2, 'its check is of a kind that is not known here'],
    [3, noMemory],
    [4, noMemory],
    [8, 'it ends in the middle'],
  ]);
  const [room, inAt, inDone, inSize, outAt, outSize] = [0, 1, 2, 3, 4, 5];
  const state = lib.create_context();
  if (state === 0) throw new Error(noMemory);
  /** Memory that has grown is a new buffer: it is asked for anew each time. */
  const numbers = (): Uint32Array => new Uint32Array(lib.memory.buffer, state, 6);
  const get = (field: number): number => numbers()[field] ?? 0;
  /** Takes all of the input; none at all is its end. True when that was the end of the data. */
  const feed = async (input: Uint8Array): Promise<boolean> => {
    new Uint8Array(lib.memory.buffer).set(input, get(inAt));
    lib.supply_input(state, input.length);
    for (;;) {
      const code = lib.get_next_output(state);
      const length = get(outSize);
      const output = new Uint8Array(lib.memory.buffer.slice(get(outAt), get(outAt) + length));
      numbers()[outSize] = 0;
      if (length > 0) await ask({ output });
      if (code === 1) return true;
      const isUsed = get(inDone) === get(inSize) && length < get(room);
      if (code !== 0 && !(code === 8 && isUsed && input.length > 0))
        throw new Error(problems.get(code) ?? 'its compressed data is damaged');
      if (isUsed) return false;
    }
  };
  for (let input = await ask({ want: true }); input; input = await ask({ want: true })) {
    for (let at = 0; at < input.length; at += get(room)) await feed(input.subarray(at, at + get(room)));
  }
  if (!(await feed(new Uint8Array(0)))) throw new Error('it ends in the middle');
}
