import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCmdlet } from '../support/run-cmdlet.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';
import { requireTool } from '../support/tools.ts';

describe.skipIf(!requireTool('dig', 'bind9-dnsutils'))('dig', () => {
  let lab: TestLab;
  beforeAll(async () => {
    lab = await openTestLab();
  });
  afterAll(() => lab.close());

  /** What dig prints. */
  function dig(...words: readonly string[]): Promise<string> {
    const port = String(lab.endpoints.dns?.split(':').at(-1));
    return new Promise((resolve, reject) => {
      execFile('dig', ['-p', port, '@127.0.0.1', '+tries=1', '+time=5', ...words], (failure, out) => {
        if (failure === null) resolve(out.trim());
        else reject(new Error(failure.message));
      });
    });
  }

  test('looks names up over udp and tcp, with EDNS and without', async () => {
    for (const way of [[], ['+tcp'], ['+noedns'], ['+dnssec'], ['+nocookie', '+bufsize=512']]) {
      expect(await dig('+short', 'autodiscover.contoso.mail.onmicrosoft.test', ...way)).toBe('autodiscover-s.outlook.test.\n127.0.0.1');
    }
    expect(await dig('+short', 'login.microsoftonline.com')).toBe('127.0.0.1');
    expect(await dig('+short', 'contoso.test', 'MX')).toBe('10 smtp.contoso.test.');
  });

  test('takes every answer without a warning', async () => {
    for (const [name, type, status] of [
      ['mail.contoso.test', 'ANY', 'NOERROR'],
      ['contoso.test', 'NS', 'NOERROR'],
      ['www.microsoft.com', 'A', 'NXDOMAIN'],
      ['.', 'SOA', 'NOERROR'],
    ] as const) {
      const shown = await dig(name, type);
      expect(shown).toContain(`status: ${status}`);
      expect(shown).not.toMatch(/WARNING|malformed/i);
    }
    expect(await dig('version.bind', 'TXT', 'CH')).toContain('status: REFUSED');
  });

  test('asks again over tcp for what was cut', async () => {
    for (const letter of 'abcdef') {
      await runCmdlet(lab, 'contoso', `Add-DnsServerResourceRecord contoso.test -Name long -Txt -DescriptiveText ${letter.repeat(300)}`);
    }
    expect(await dig('+ignore', 'long.contoso.test', 'TXT')).toMatch(/flags: [^;]*\btc\b/);
    expect((await dig('+short', 'long.contoso.test', 'TXT')).split('\n')).toHaveLength(6);
  });
});
