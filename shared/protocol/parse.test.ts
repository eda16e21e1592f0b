import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientEventSchema } from './client-events.ts';
import { parseFrame } from './parse.ts';
import { hostEventSchema, serverEventSchema } from './server-events.ts';

const almostFrames = fc.oneof(
  fc.string({ maxLength: 200 }),
  fc.json(),
  fc
    .record({
      event: fc.oneof(fc.constantFrom('send_command', 'power', 'request_logs'), fc.string()),
      command: fc.anything(),
      action: fc.anything(),
      lines: fc.anything(),
      before: fc.anything(),
    })
    .map((value) => {
      try {
        return JSON.stringify(value) ?? '';
      } catch {
        return '';
      }
    }),
);

describe('parseFrame', () => {
  it('S15 never throws, and always says what was wrong', () => {
    fc.assert(
      fc.property(almostFrames, (text) => {
        for (const schema of [clientEventSchema, serverEventSchema, hostEventSchema]) {
          const parsed = parseFrame(schema, text);
          if (parsed.ok) expect(JSON.parse(text)).toMatchObject({ event: parsed.value.event });
          else expect(parsed.problem.length).toBeGreaterThan(3);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['', 'the frame is not valid JSON'],
    ['[]', 'the frame is not a JSON object'],
    ['null', 'the frame is not a JSON object'],
    ['{"event":"send_command","command":7}', /^command: /],
    ['{"event":"power","action":"explode"}', /^action: /],
    ['{"event":"request_logs","lines":0}', /^lines: /],
    ['{"event":"request_logs","lines":10001}', /^lines: /],
    ['{"event":"request_logs","before":-1}', /^before: /],
  ])('S15 %s', (text, problem) => {
    const parsed = parseFrame(clientEventSchema, text);
    expect(parsed.ok ? '' : parsed.problem).toMatch(problem);
  });

  it('S14 asks for 1,000 lines unless told otherwise, and takes keys that it does not know', () => {
    const parsed = parseFrame(clientEventSchema, '{"event":"request_logs","colour":"red"}');
    expect(parsed).toEqual({ ok: true, value: { event: 'request_logs', lines: 1000 } });
  });
});
