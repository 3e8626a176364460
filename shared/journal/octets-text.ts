import { storable } from '../store/storable.ts';
import type { ExchangeOctets } from './record.ts';
import type { RecordedMessage } from './redact.ts';

/** A message whose body stands behind the first line: so many UTF-16 units of it. */
type Outline = Omit<RecordedMessage, 'body'> & { readonly body: number | null };

/**
 * Heads and bodies as one text: a line of JSON, then the bodies as they are. JSON of the bodies too would cost as much as
 * redacting them. Null when there is nothing.
 */
export function octetsText({ request, answer }: ExchangeOctets): string | null {
  if (request === null && answer === null) return null;
  const outlines = JSON.stringify({ request: outlineOf(request), answer: outlineOf(answer) });
  // What is replaced is replaced unit by unit, so the lengths still hold.
  return storable(`${outlines}\n${request?.body ?? ''}${answer?.body ?? ''}`);
}

/** The inverse of {@link octetsText}. */
export function octetsOf(text: string): ExchangeOctets {
  const start = text.indexOf('\n') + 1;
  const { request, answer } = JSON.parse(text.slice(0, start)) as Readonly<Record<'request' | 'answer', Outline | null>>;
  const between = start + (request?.body ?? 0);
  return { request: messageOf(request, text, start), answer: messageOf(answer, text, between) };
}

function outlineOf(message: RecordedMessage | null): Outline | null {
  return message === null ? null : { ...message, body: message.body === null ? null : message.body.length };
}

function messageOf(outline: Outline | null, text: string, start: number): RecordedMessage | null {
  if (outline === null) return null;
  return { ...outline, body: outline.body === null ? null : text.slice(start, start + outline.body) };
}
