import { itemProperty } from '../../../shared/domain/mailbox/property-reader.ts';
import { safeHtml } from '../../../shared/domain/mailbox/safe-html.ts';
import { tags } from '../../../shared/kernel/mapi.ts';
import { framedHtml, htmlToText, innerHtml, mapTags, textToHtml } from './body-text.ts';
import type { BodyFormat, ItemSource } from './item-source.ts';

interface Body {
  readonly BodyType: 'HTML' | 'Text';
  readonly text: string;
  readonly IsTruncated?: boolean;
}

/** The body of an item, as `format` and the shape want it. */
export function bodyOf(source: ItemSource, format: BodyFormat = 'Best'): Body {
  return shaped(source, plainBody(source, format));
}

/** The part of a body that is its own, without the message that it answers. What Exchange compares is not published: this goes by the marks that mail programs set. */
export function uniqueBodyOf(source: ItemSource): Body {
  const { BodyType, text } = plainBody(source, source.bodies.UniqueBodyType ?? source.bodies.BodyType ?? 'Best');
  const own = BodyType === 'HTML' ? `<html><body>${ownHtml(innerHtml(text))}</body></html>` : ownText(text);
  return shaped(source, { BodyType, text: own });
}

/** The first words of an item: 255 characters on one line. */
export function previewOf(source: ItemSource): string | undefined {
  return plainBody(source, 'Text').text.replace(/\s+/g, ' ').trim().slice(0, 255) || undefined;
}

function plainBody({ row }: ItemSource, format: BodyFormat): Body {
  const text = (key: Parameters<typeof itemProperty>[1]): string => String(itemProperty(row, key) ?? '');
  const html = text(tags.bodyHtml);
  const plain = text(tags.body);
  if (format === 'Text' || (format === 'Best' && html === ''))
    return { BodyType: 'Text', text: plain === '' && html !== '' ? htmlToText(html) : plain };
  return { BodyType: 'HTML', text: html === '' ? textToHtml(plain) : html };
}

function shaped(source: ItemSource, body: Body): Body {
  const { MaximumBodySize = 0 } = source.bodies;
  const text = body.BodyType === 'HTML' ? shapedHtml(source, body.text) : body.text;
  const isTruncated = MaximumBodySize > 0 && text.length > MaximumBodySize;
  return isTruncated ? { ...body, text: text.slice(0, MaximumBodySize).toWellFormed(), IsTruncated: true } : { ...body, text };
}

function shapedHtml(source: ItemSource, html: string): string {
  const { FilterHtmlContent, BlockExternalImages, AddBlankTargetToLinks, InlineImageUrlTemplate } = source.bodies;
  let shown = html;
  if (BlockExternalImages === true) shown = mapTags(shown, (tag, name) => (name === 'img' && external.test(tag) ? '' : tag));
  if (InlineImageUrlTemplate !== undefined) shown = withInlineImages(source, shown, InlineImageUrlTemplate);
  if (FilterHtmlContent === true) shown = framedHtml(safeHtml(shown));
  if (AddBlankTargetToLinks === true)
    shown = mapTags(shown, (tag, name) =>
      name === 'a' && !/\starget\s*=/i.test(tag) ? tag.replace(/^<\s*a/i, '<a target="_blank"') : tag,
    );
  return shown;
}

const external = /\ssrc\s*=\s*(?:["']\s*)?(?:https?:)?\/\//i;

/** Addresses of pictures that are attachments, `cid:`, by the template: `{id}` is the attachment's id. */
function withInlineImages({ mailbox, row, within, attachments }: ItemSource, html: string, template: string): string {
  const ids = new Map(
    attachments.flatMap(({ content_id: id, number }) =>
      id === null ? [] : [[id, mailbox.ids.attachmentId(row.folder, row.counter, number, within)] as const],
    ),
  );
  return mapTags(html, (tag, name) =>
    name !== 'img'
      ? tag
      : tag.replace(/(\ssrc\s*=\s*["']?)cid:([^"'\s>]+)/i, (whole, before: string, id: string) => {
          const found = ids.get(id);
          return found === undefined ? whole : before + template.replaceAll('{id}', () => encodeURIComponent(found));
        }),
  );
}

/** Marks that Outlook, Outlook on the web, Gmail, Thunderbird and Apple Mail set before what they quote. */
const htmlMarks = [
  'id="divrplyfwdmsg"',
  'id="appendonsend"',
  'class="gmail_quote"',
  'class="moz-cite-prefix"',
  '<blockquote',
  '-----original message-----',
];

function ownHtml(html: string): string {
  const lower = html.toLowerCase();
  const places = htmlMarks.flatMap((mark) => {
    const at = lower.indexOf(mark);
    // A mark inside a tag cuts before the tag.
    return at < 0 ? [] : [mark.startsWith('<') || mark.startsWith('-') ? at : lower.lastIndexOf('<', at)];
  });
  return places.length === 0 ? html : html.slice(0, Math.max(0, Math.min(...places)));
}

const textMarks = [/^-----original message-----/i, /^_{20,}\s*$/, /^>/, /^on .{1,200} wrote:\s*$/i];

function ownText(text: string): string {
  const lines = text.split('\n');
  const cut = lines.findIndex(
    (line, index) =>
      textMarks.some((mark) => mark.test(line)) || (/^from: /i.test(line) && /^(?:sent|date|to): /i.test(lines[index + 1] ?? '')),
  );
  return cut < 0 ? text : lines.slice(0, cut).join('\n').trimEnd();
}
