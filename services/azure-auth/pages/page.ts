import { createHash } from 'node:crypto';
import { element, type XmlElement } from '../../../shared/xml/element.ts';
import { writeXml } from '../../../shared/xml/write.ts';

/** What stands on a page: elements and text. */
export type Part = XmlElement | string;

/** A page of the sign-in. */
export interface Page {
  readonly title: string;
  readonly content: readonly Part[];
  /** Where its forms may lead besides this service, redirections of their answers included: a redirect URI. */
  readonly leadsTo?: string;
  /** Sends the first form as soon as the page is there; without script a button is left. */
  readonly sendsItself?: true;
}

/** A page as it is answered. */
export interface WrittenPage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A form that posts to a path of this service; `fields` are hidden. */
export interface Form {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly content: readonly Part[];
}

const style =
  'body{font:16px/1.5 sans-serif;background:#f2f2f2;color:#1b1b1b;margin:0}' +
  'main{max-width:26rem;margin:4rem auto;padding:2rem;background:#fff}' +
  'h1{font-size:1.4rem}label{display:block;margin-top:1rem}input{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}' +
  'button{font:inherit;margin:1.5rem .5rem 0 0;padding:.4rem 1.2rem}.problem{color:#a80000}footer{margin-top:2rem;font-size:.8rem;color:#555}';
const script = 'document.forms[0].submit()';
/** It says what the page is: nobody shall take it for Microsoft's and type a password of real life. */
const footer = 'coexist, a simulation for tests. Not a page of Microsoft: never type a real password here.';

/** Makes an HTML element; texts and attribute values are escaped when it is written. */
export function html(name: string, content: readonly Part[] = [], attributes?: Readonly<Record<string, string | undefined>>): XmlElement {
  return element('', name, content, attributes);
}

export function form({ action, fields, content }: Form): XmlElement {
  const hidden = Object.entries(fields).map(([name, value]) => html('input', [], { type: 'hidden', name, value }));
  return html('form', [...hidden, ...content], { method: 'post', action });
}

/** A labelled input. */
export function input(label: string, attributes: Readonly<Record<string, string | undefined>>): XmlElement {
  return html('label', [label, html('input', [], { ...attributes, required: 'required' })]);
}

/** A button that sends its form, with a field of its own when it has a name. */
export function button(label: string, attributes: Readonly<Record<string, string>> = {}): XmlElement {
  return html('button', [label], { type: 'submit', ...attributes });
}

/** What went wrong at the last attempt; nothing when `text` is undefined. */
export function problem(text: string | undefined): readonly Part[] {
  return text === undefined ? [] : [html('p', [text], { class: 'problem', role: 'alert' })];
}

/** Writes a page. Nothing on it is loaded, framed or kept, and no script but our own one line runs. */
export function writePage({ title, content, leadsTo, sendsItself }: Page): WrittenPage {
  const head = html('head', [
    html('meta', [], { charset: 'utf-8' }),
    html('meta', [], { name: 'viewport', content: 'width=device-width' }),
    html('title', [title]),
    html('style', [style]),
  ]);
  const main = html('main', [html('h1', [title]), ...content, html('footer', [footer])]);
  const body = html('body', sendsItself === true ? [main, html('script', [script])] : [main]);
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      pragma: 'no-cache',
      'content-security-policy': securityPolicy(leadsTo, sendsItself === true),
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      // Not `no-referrer`: a form would then be sent with `Origin: null`, and whose form it is could not be told.
      'referrer-policy': 'same-origin',
    },
    body: `<!DOCTYPE html>${writeXml(html('html', [head, body], { lang: 'en' }))}`,
  };
}

function securityPolicy(leadsTo: string | undefined, runsScript: boolean): string {
  const targets = leadsTo === undefined ? [] : [formTarget(leadsTo)];
  return [
    "default-src 'none'",
    `style-src ${sourceHash(style)}`,
    ...(runsScript ? [`script-src ${sourceHash(script)}`] : []),
    // Browsers hold the redirection that answers a form against this too.
    `form-action ${["'self'", ...targets].join(' ')}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A redirect URI as a source expression: its origin, or the scheme of an application (`msal1234:`). */
function formTarget(uri: string): string {
  const { protocol, origin } = new URL(uri);
  return protocol === 'http:' || protocol === 'https:' ? origin : protocol;
}

function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
