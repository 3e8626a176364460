import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeHtml } from '../../../shared/domain/mailbox/safe-html.ts';

test.each([
  ['Back on Monday & rested', 'Back on Monday & rested'],
  [
    '<html><body><p style="color: #333">I am <b>away</b></p></body></html>',
    '<html><body><p style="color: #333">I am <b>away</b></p></body></html>',
  ],
  ['a<script>alert(1)</script>b<SCRIPT src=x></SCRIPT\n>c', 'abc'],
  ['a<script>alert(1)', 'a'],
  ['<style>p{}</style><title>t</title><p>x', '<p>x'],
  ['<p onclick="x()" onload=x() class=c>x</p>', '<p class="c">x</p>'],
  ['<img src=x onerror=alert(1)>', '<img>'],
  ['<img src="https://a.test/x.png" alt=\'a "b"\'/>', '<img src="https://a.test/x.png" alt="a &quot;b&quot;">'],
  ['<a href="javascript:x()">x</a>', '<a>x</a>'],
  ['<a href="java&#115;cript:x()">x</a><a href=" javascript:x()">x</a><a href="&#x6A;avascript:x()">x</a>', '<a>x</a><a>x</a><a>x</a>'],
  ['<a href="mailto:rob@contoso.test">Rob</a>', '<a href="mailto:rob@contoso.test">Rob</a>'],
  ['<p style="width: expression(x())">x</p><p style="background: url(x)">x</p><p style="\\65xpression">', '<p>x</p><p>x</p><p>'],
  ['<iframe src="https://a.test"><p>in</p></iframe>out', 'out'],
  ['<svg><style><img src=x onerror=x()></style></svg>out', 'out'],
  ['<form action=x><input name=y><p>x</p></form>', '<p>x</p>'],
  ['<!-- <p>hidden</p> --><!DOCTYPE html><?xml?>x', 'x'],
  ['1 < 2 <3 <', '1 &lt; 2 &lt;3 &lt;'],
  ['<<script></script>script>x', '&lt;script>x'],
  ['<p title="a > b">x</p>', '<p title="a &gt; b">x</p>'],
  ['<p class="a" class="b">x', '<p class="a">x'],
  ['<p title="never closed>x', ''],
  ['<meta http-equiv=refresh content="0;url=x"><base href=x><link rel=x>', ''],
])('%s', (html, safe) => {
  expect(safeHtml(html)).toBe(safe);
});

const pieces = fc.constantFrom(
  ...['<', '>', '</', '/>', '"', "'", '=', ' ', '&', '<!--', '-->', 'p', 'a', 'script', 'style', 'svg', 'iframe', 'href', 'onclick', 'src'],
  ...['javascript:', 'https:', '<p ', '<script>', '</script>', '<img ', 'onerror=x', 'style="', 'x'],
);
const markup = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));
const tag = /^(?:\/[a-z0-9]+|[a-z0-9]+(?: [a-z]+="[^"<>]*")*)>/;

test('whatever comes in: only tags of the list, no handlers, no scripts, and nothing more to take away', () => {
  fc.assert(
    fc.property(markup, (html) => {
      const safe = safeHtml(html);
      for (const part of safe.split('<').slice(1)) {
        expect(part).toMatch(tag);
        expect(part).not.toMatch(/^\/?(?:script|style|svg|iframe)/);
        expect(part.slice(0, part.indexOf('>'))).not.toMatch(/ on\w+=|(?:href|src)="javascript:/);
      }
      expect(safeHtml(safe)).toBe(safe);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['<', '<p ', '<p a="', "<p a='", '<script>', '<!--', '="', `<p ${' '.repeat(50)}`, '</'])(
  'a long text of %j is read within the time of a test',
  (piece) => {
    const html = piece.repeat(Math.floor(131_072 / piece.length));
    expect(safeHtml(html).length).toBeLessThanOrEqual(4 * html.length);
  },
);
