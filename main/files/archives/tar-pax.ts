import { damaged } from './entry.ts';

/** The records of one extended header in their order: a key may come more than once. Values are bytes. */
export type PaxRecords = [key: string, value: Buffer][];

/** `LENGTH KEY=VALUE\n`, one behind the other. Throws LightdeckError `invalid`. */
export function parsePax(bytes: Buffer): PaxRecords {
  const records: PaxRecords = [];
  for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
    const space = bytes.indexOf(0x20, at);
    const length = Number(bytes.toString('latin1', at, Math.max(at, space)));
    const end = at + length;
    const equals = bytes.indexOf(0x3d, space);
    const isWhole =
      space > at && Number.isInteger(length) && end <= bytes.length && equals > space && equals < end;
    if (!isWhole || bytes[end - 1] !== 0x0a) throw damaged('an extended header is broken');
    records.push([bytes.toString('utf8', space + 1, equals), bytes.subarray(equals + 1, end - 1)]);
    at = end;
  }
  return records;
}

/** The extended header's bytes. */
export function formatPax(records: Iterable<readonly [key: string, value: string | Buffer]>): Buffer {
  return Buffer.concat([...records].map(([key, value]) => formatRecord(key, Buffer.from(value))));
}

function formatRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from('\n')]);
  // The length counts its own digits.
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}
