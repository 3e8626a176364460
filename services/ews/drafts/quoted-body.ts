import type { ItemDraft, RecipientKind } from '../../../shared/domain/mailbox/draft.ts';
import { type PropertyKey, tags } from '../../../shared/kernel/mapi.ts';
import { htmlToText, textToHtml } from '../views/body-text.ts';

/** A body as a request writes it. */
export interface WrittenBody {
  readonly BodyType: 'HTML' | 'Text';
  readonly text: string;
}

/**
 * The body of an answer: what is new, a head that tells of the original, and the original. It is of the kind of what is new,
 * else of the original's. Times are in UTC; the head is in English, as all that this simulation writes.
 */
export function quotedBody(original: ItemDraft, written: WrittenBody | undefined): WrittenBody {
  const html = textOf(original, tags.bodyHtml);
  const plain = textOf(original, tags.body) || htmlToText(html);
  const head = headOf(original);
  const isHtml = written === undefined ? html !== '' : written.BodyType === 'HTML';
  if (!isHtml) {
    const lines = head.map(([name, value]) => `${name}: ${value}`);
    return { BodyType: 'Text', text: [written?.text ?? '', '', '_'.repeat(32), ...lines, '', plain].join('\r\n') };
  }
  const lines = head.map(([name, value]) => `<b>${name}:</b> ${escaped(value)}<br>`).join('\r\n');
  const quoted = innerHtml(html === '' ? textToHtml(plain) : html);
  const body = `${innerHtml(written?.text ?? '')}\r\n<hr>\r\n<div id="divRplyFwdMsg">${lines}</div>\r\n<br>\r\n<div>${quoted}</div>`;
  const charset = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">';
  return { BodyType: 'HTML', text: `<html><head>${charset}</head><body>${body}</body></html>` };
}

function headOf(original: ItemDraft): readonly (readonly [name: string, value: string])[] {
  const sent = original.properties[tags.clientSubmitTime];
  const name = textOf(original, tags.sentRepresentingName);
  const address = textOf(original, tags.sentRepresentingSmtpAddress);
  const people = (kind: RecipientKind): string =>
    original.recipients
      .filter((one) => one.kind === kind)
      .map((one) => addressText(one.name, one.address))
      .join('; ');
  const lines = [
    ['From', addressText(name, address)],
    ['Sent', typeof sent === 'number' ? timeText(sent) : ''],
    ['To', people('to')],
    ['Cc', people('cc')],
  ] as const;
  return [...lines.filter(([, value]) => value !== ''), ['Subject', textOf(original, tags.subject)]];
}

function addressText(name: string, address: string): string {
  if (address === '') return name;
  return name === '' || name === address ? address : `${name} <${address}>`;
}

function timeText(time: number): string {
  const date = new Date(time);
  const day = date.toLocaleDateString('en-US', { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric', timeZone: 'UTC' });
  const clock = date.toLocaleTimeString('en-US', { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
  return `${day} ${clock.replace(/\s/g, ' ')} (UTC)`;
}

/** What stands in the body of a document, or all of what is none. */
function innerHtml(html: string): string {
  const begins = /<body\b[^>]*>/i.exec(html);
  if (begins === null) return html;
  const rest = html.slice(begins.index + begins[0].length);
  const end = rest.toLowerCase().lastIndexOf('</body');
  return end < 0 ? rest : rest.slice(0, end);
}

function textOf({ properties }: ItemDraft, key: PropertyKey): string {
  const value = properties[key];
  return typeof value === 'string' ? value : '';
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'));
}
