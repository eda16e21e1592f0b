import { setImmediate } from 'node:timers/promises';

/** Items that are turned into text in one go: a few milliseconds. */
const sliceItems = 500;

/** Whether an answer has a list so long that it isn't turned into text in one go. */
export function isLong(answer: unknown): answer is object {
  return (
    typeof answer === 'object' &&
    answer !== null &&
    Object.values(answer).some((value) => Array.isArray(value) && value.length > sliceItems)
  );
}

/** The JSON text of an answer, as `JSON.stringify` has it, a slice of its lists at a time, so that nothing else has to wait for it. */
export async function encodeInSlices(answer: object): Promise<Buffer[]> {
  const parts: Buffer[] = [];
  let before = '{';
  for (const [key, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    parts.push(Buffer.from(`${before}${JSON.stringify(key)}:`));
    before = ',';
    if (Array.isArray(value)) parts.push(...(await encodeList(value)));
    else parts.push(Buffer.from(JSON.stringify(value)));
  }
  parts.push(Buffer.from(before === '{' ? '{}' : '}'));
  return parts;
}

async function encodeList(items: readonly unknown[]): Promise<Buffer[]> {
  const parts = [Buffer.from('[')];
  for (let at = 0; at < items.length; at += sliceItems) {
    const slice = JSON.stringify(items.slice(at, at + sliceItems)).slice(1, -1);
    parts.push(Buffer.from(at === 0 ? slice : `,${slice}`));
    await setImmediate();
  }
  parts.push(Buffer.from(']'));
  return parts;
}
