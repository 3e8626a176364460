import { describe, expect, test } from 'vitest';
import type { Dialogue } from './dialogue.ts';
import { mary, rob, useSubmissionLab } from './submission-lab.ts';

const submission = useSubmissionLab();
const { dialogue, signedIn, lastStep, inbox } = submission;

test('a step can be delayed by a fault rule, and a session is one trace', async () => {
  submission.lab.faults.add({ id: 'slow', seam: 'smtp.stage', match: { op: 'MAIL' }, effect: { kind: 'latency', delayMs: 50 } });
  const { say } = await signedIn();
  await say(`MAIL FROM:<${mary}>`);
  await say(`RCPT TO:<${rob}>`);
  submission.lab.faults.remove('slow');
  const [auth, mail, recipient] = await Promise.all(['AUTH', 'MAIL', 'RCPT'].map(lastStep));
  expect(mail?.durationMs).toBeGreaterThan(40);
  expect(mail?.faults).toMatchObject([{ kind: 'latency' }]);
  expect(new Set([auth?.traceId, mail?.traceId, recipient?.traceId]).size).toBe(1);
});

describe('a fault rule may refuse', () => {
  const refusal = { kind: 'reply', code: 452, text: '4.3.1 Insufficient system resources' };
  const rule = (op: string, effect: object = refusal) =>
    submission.lab.faults.add({ id: op, seam: 'smtp.stage', match: { svc: 'smtp', op }, effect, times: 1 });
  const steps = {
    AUTH: (to: Dialogue) => to.plain(mary, submission.lab.password),
    MAIL: (to: Dialogue) => to.say(`MAIL FROM:<${mary}>`),
    RCPT: (to: Dialogue) => to.say(`RCPT TO:<${rob}>`),
    DATA: async (to: Dialogue) => {
      await to.say('DATA');
      return to.send('Subject: refused at DATA\r\n\r\nx\r\n.\r\n');
    },
  };
  const before: Readonly<Record<keyof typeof steps, readonly (keyof typeof steps)[]>> = {
    AUTH: [],
    MAIL: ['AUTH'],
    RCPT: ['AUTH', 'MAIL'],
    DATA: ['AUTH', 'MAIL', 'RCPT'],
  };
  const names = Object.keys(steps) as (keyof typeof steps)[];

  test.each(names)('%s, once; the step can be taken again', async (name) => {
    const client = await submission.secured();
    for (const step of before[name]) await steps[step](client);
    rule(name);
    expect(await steps[name](client)).toBe('452 4.3.1 Insufficient system resources');
    expect(await lastStep(name)).toMatchObject({ outcome: 'fault', status: 452, faults: [{ rule: name, kind: 'reply' }] });
    expect(await inbox(rob, 'refused at')).toEqual([]);
    if (name !== 'DATA') expect(await steps[name](client)).toMatch(/^2/);
    submission.lab.faults.remove(name);
  });

  test.each(['reset', 'refuse'])('%s: the connection ends in the midst of a step', async (kind) => {
    const client = await submission.secured();
    await steps.AUTH(client);
    rule('MAIL', { kind });
    expect(await steps.MAIL(client)).toBe('(closed)');
    await expect.poll(() => lastStep('MAIL')).toMatchObject({ outcome: 'fault', status: null, faults: [{ kind }] });
    submission.lab.faults.remove('MAIL');
  });

  test('what comes before any step: the greeting, EHLO, STARTTLS', async () => {
    rule('CONNECT', { kind: 'reply', code: 421, text: '4.3.2 Service not available' });
    expect((await dialogue()).greeting).toBe('421 4.3.2 Service not available');
    const client = await dialogue();
    rule('EHLO', { kind: 'reply', code: 502, text: '5.5.1 Command not implemented' });
    expect(await client.say('EHLO client.test')).toBe('502 5.5.1 Command not implemented');
    expect(await client.say('EHLO client.test')).toContain('STARTTLS');
    rule('STARTTLS', { kind: 'reply', code: 454, text: '4.7.0 TLS not available due to temporary reason' });
    expect(await client.say('STARTTLS')).toBe('454 4.7.0 TLS not available due to temporary reason');
    expect(await client.say('STARTTLS')).toMatch(/^220 /);
    for (const name of ['CONNECT', 'EHLO', 'STARTTLS']) {
      expect(await lastStep(name)).toMatchObject({ outcome: 'fault', faults: [{ rule: name }] });
      submission.lab.faults.remove(name);
    }
  });

  test.each([[{ code: 250, text: 'fine' }], [{ code: 452, text: 'two\r\nlines' }], [{ code: 452 }]])('%j is no refusal', (parameters) => {
    expect(() => rule('MAIL', { kind: 'reply', ...parameters })).toThrow(expect.objectContaining({ code: 'InvalidFaultRule' }));
  });
});
