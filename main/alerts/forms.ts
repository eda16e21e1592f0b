import { createHmac } from 'node:crypto';
import { type Alert, type AlertForm, type AlertTone, toneOf } from '../../shared/model/alert.ts';

/** What is told in one message. */
export interface Letter {
  id: string;
  /** The host's name. */
  host: string;
  alerts: readonly Alert[];
  /** Earlier alerts that were left out. */
  dropped: number;
  /** Unix ms. */
  sentAt: number;
}

/** What is posted. */
export interface Post {
  headers: Record<string, string>;
  body: string;
}

/** Longest text of one alert, and of a whole message, in characters; the services' own limits are a little more. */
const maxTitle = 200;
const maxDetail = 600;
const maxText = 3500;

/** A letter as that service takes it. `secret`: of `json` what it is signed with, of `ntfy` an access token. Pure. */
export function postOf(form: AlertForm, letter: Letter, secret: string | null): Post {
  switch (form) {
    case 'discord':
      return json(discord(letter));
    case 'slack':
      return json({ text: `*${slackText(titleOf(letter))}*\n${textOf(letter, slackText)}` });
    case 'ntfy':
      return ntfy(letter, secret);
    case 'json':
      return signed(letter, secret ?? '');
  }
}

const userAgent = { 'user-agent': 'Lightdeck' };
const json = (body: unknown): Post => ({
  headers: { ...userAgent, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const colours: Record<AlertTone, number> = { trouble: 0xd9_48_41, good: 0x2f_9e_44, news: 0x34_8f_d9 };

/** https://discord.com/developers/docs/resources/webhook: nobody is pinged, whatever a server is called. */
function discord(letter: Letter): unknown {
  return {
    username: 'Lightdeck',
    allowed_mentions: { parse: [] },
    embeds: [
      {
        title: discordText(titleOf(letter)),
        description: textOf(letter, discordText, true),
        color: colours[worstOf(letter)],
        timestamp: new Date(letter.sentAt).toISOString(),
        footer: { text: clip(letter.host, 100) },
      },
    ],
  };
}

/** https://docs.ntfy.sh/publish: the text is the body, all else stands in headers. */
function ntfy(letter: Letter, secret: string | null): Post {
  const isTrouble = worstOf(letter) === 'trouble';
  return {
    headers: {
      ...userAgent,
      'content-type': 'text/plain; charset=utf-8',
      title: headerText(titleOf(letter)),
      priority: isTrouble ? '4' : '3',
      tags: isTrouble ? 'warning' : 'information_source',
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
    },
    body: clipBytes(textOf(letter, plainText), maxText),
  };
}

/** N4. */
function signed({ id, host, alerts, dropped, sentAt }: Letter, secret: string): Post {
  const timestamp = String(Math.floor(sentAt / 1000));
  const { headers, body } = json({ id, host, sent_at: sentAt, dropped, alerts });
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return {
    headers: {
      ...headers,
      'x-lightdeck-delivery': id,
      'x-lightdeck-timestamp': timestamp,
      'x-lightdeck-signature': `sha256=${signature}`,
    },
    body,
  };
}

function titleOf({ alerts, host }: Letter): string {
  const [first] = alerts;
  if (alerts.length === 1 && first) return clip(first.title, maxTitle);
  return `${alerts.length} alerts of ${clip(host, 100)}`;
}

/** The reason of the only one, or a line for each; then what is missing. `isTimed`: with times that the reader's client writes. */
function textOf(letter: Letter, escaped: (text: string) => string, isTimed = false): string {
  const { alerts, dropped } = letter;
  const lines = alerts.map(({ at, title, detail }) => {
    const time = isTimed
      ? `<t:${Math.floor(at / 1000)}:t> `
      : `${new Date(at).toISOString().slice(11, 16)} UTC `;
    const head = alerts.length === 1 ? '' : `${escaped(clip(title, maxTitle))}`;
    const reason = escaped(clip(detail, maxDetail));
    return time + [head, reason].filter((part) => part !== '').join(': ');
  });
  const kept: string[] = [];
  let room = maxText - 100;
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) break;
    kept.push(line);
  }
  const hidden = lines.length - kept.length;
  if (hidden > 0) kept.push(`and ${hidden} more`);
  if (dropped > 0) kept.push(`${dropped} earlier ${dropped === 1 ? 'alert was' : 'alerts were'} left out.`);
  return kept.join('\n');
}

function worstOf({ alerts }: Letter): AlertTone {
  const tones = new Set(alerts.map(({ event }) => toneOf(event)));
  if (tones.has('trouble')) return 'trouble';
  return tones.has('good') ? 'good' : 'news';
}

/** One line: a line break in a reason would look like another alert. */
const plainText = (text: string): string => text.replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ');
const discordText = (text: string): string => plainText(text).replace(/[\\*_~`|>#[\]()<@:]/g, '\\$&');
const slackText = (text: string): string =>
  plainText(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    // Its marks can't be escaped; in front of them stands what nobody sees.
    .replace(/[*_~`]/g, '\u200b$&');

/** RFC 2047, where it isn't plain already: headers are ASCII. */
const headerText = (text: string): string => {
  const line = plainText(text);
  return /^[\x20-\x7e]*$/.test(line) && !line.includes('=?')
    ? line
    : `=?UTF-8?B?${Buffer.from(line).toString('base64')}?=`;
};

function clip(text: string, max: number): string {
  const points = [...text];
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`;
}

function clipBytes(text: string, max: number): string {
  if (Buffer.byteLength(text) <= max) return text;
  // A character that was cut through is left out.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, max)).replace(/\ufffd*$/, '…');
}

/** `https://discord.com/…x7Qa`: enough to be recognized by, and nothing to write there with. Pure. */
export function maskedAddress(address: string): string {
  const url = new URL(address);
  const rest = url.pathname.replace(/\/+$/, '') + url.search;
  if (rest === '') return url.origin;
  return rest.length >= 16 ? `${url.origin}/…${rest.slice(-4)}` : `${url.origin}/…`;
}
