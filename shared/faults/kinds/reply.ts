import { z } from 'zod';
import type { FaultKind } from './kind.ts';

/** A refusal as callers write it. */
export const replyParameters = z.strictObject({
  code: z.int().min(400).max(599),
  /** With its enhanced status code (RFC 3463) in front: `4.3.2 System not accepting network messages`. */
  text: z.string().regex(/^[\x20-\x7e]{1,480}$/, 'is not one line of ASCII'),
});

/**
 * An SMTP server refuses a command, and does nothing else; 421 ends the connection (RFC 5321 3.8). At `SEND`, of a message that a
 * server of the world brings, it is what the other side says to every recipient.
 */
export const reply: FaultKind<'reply', typeof replyParameters> = {
  kind: 'reply',
  title: 'a refusal of SMTP',
  parameters: replyParameters,
  seams: ['smtp.stage'],
  decide: (_facts, { code, text }) => ({ kind: 'reply', code, text }),
};
