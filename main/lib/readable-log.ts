const levels: Readonly<Record<number, string>> = {
  10: 'TRACE',
  20: 'DEBUG',
  30: 'INFO ',
  40: 'WARN ',
  50: 'ERROR',
  60: 'FATAL',
};
/** Of the process, and the same in each line. */
const leftOut: readonly string[] = ['level', 'time', 'msg', 'pid', 'hostname'];
/** What would move a terminal's cursor or change its colours; text of servers and clients is in the log, too. */
const control = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

const plain = (text: string): string =>
  text.replace(control, (letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

/**
 * A line of the log (JSON, as pino writes it) for people at a terminal: the time there, the level, the message, then the rest as `key=value`. What is no such
 * line is given as it is. Ends with a line feed; an error's stack follows in lines of its own. Pure.
 */
export function readableLine(line: string): string {
  let entry: object;
  try {
    const parsed: unknown = JSON.parse(line);
    if (!(parsed instanceof Object)) return line;
    entry = parsed;
  } catch {
    return line;
  }
  const fields = new Map<string, unknown>(Object.entries(entry));
  const time = fields.get('time');
  const level = fields.get('level');
  const parts = [
    typeof time === 'number' ? clock(new Date(time)) : '',
    (typeof level === 'number' ? levels[level] : undefined) ?? String(level),
    plain(String(fields.get('msg') ?? '')),
  ];
  const stacks: string[] = [];
  for (const [key, value] of fields) {
    if (leftOut.includes(key)) continue;
    const stack: unknown = value instanceof Object && 'stack' in value ? value.stack : undefined;
    if (typeof stack === 'string') stacks.push(...stack.split('\n').map((one) => `    ${plain(one)}`));
    else parts.push(`${plain(key)}=${valueText(value)}`);
  }
  return `${[parts.filter((part) => part !== '').join(' '), ...stacks].join('\n')}\n`;
}

function valueText(value: unknown): string {
  if (typeof value === 'string' && /^[^\s"=]+$/.test(value)) return plain(value);
  return plain(JSON.stringify(value) ?? 'undefined');
}

const two = (value: number): string => String(value).padStart(2, '0');

const clock = (at: Date): string => `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
