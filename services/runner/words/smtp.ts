import type { Play } from '../ground.ts';
import { answered, callLimits } from '../ground.ts';
import { dialRefusal } from './dial-refusal.ts';

/** A message from outside, to port 25 of an organisation; code and text are the reply that decided. */
export const smtp: Play<'smtp'> = async ({ at, from, to, subject, tls = true }, { dialer, control }) => {
  try {
    const link = await dialer.smtp({
      ...{ host: at, port: 25, name: 'client.example.test', service: callLimits.service, connector: 'scenario', protocolLog: false },
      tls: { use: tls ? 'opportunistic' : 'never', level: 'EncryptionOnly', domain: '' },
      ...{ timeoutMs: 30_000, idleMs: 30_000 },
    });
    try {
      const text = [
        `From: ${from}`,
        `To: ${to}`,
        `Subject: ${subject}`,
        `Message-ID: <${subject.replaceAll(/\W+/g, '.')}@client.example.test>`,
        '',
        'text',
        '',
      ];
      const envelope = { sender: from, recipients: [{ address: to }], messageId: '' };
      const reply = (await link.send(envelope, Buffer.from(text.join('\r\n')))).get(to) ?? '';
      const version = link.tls?.version ?? 'none';
      await control.settled();
      return answered(reply.slice(0, 3), { ok: reply.startsWith('2'), text: reply, values: { Tls: [version] } });
    } finally {
      await link.close();
    }
  } catch (error) {
    return dialRefusal(error);
  }
};
