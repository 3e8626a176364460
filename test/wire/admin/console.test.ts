import { beforeAll, describe, expect, test } from 'vitest';
import { buildConsole } from '../../../services/console/build.ts';
import { ask, askWith } from './ask.ts';
import { startFakeLab } from './lab.ts';

beforeAll(async () => void (await buildConsole()));

describe('the files of the console', () => {
  test('are served under a policy that lets nothing else run', async () => {
    await using lab = await startFakeLab();
    const page = await ask(lab.url, 'GET', '/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const names = [...String(page.body).matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, name]) => name);
    expect(names.length).toBeGreaterThanOrEqual(2);
    for (const name of names) {
      const file = await ask(lab.url, 'GET', `/${name}`);
      expect([file.status, file.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(file.headers.get('content-security-policy')).toBe(policy);
      const again = await ask(lab.url, 'GET', `/${name}`, undefined, { 'if-none-match': file.headers.get('etag') ?? '' });
      expect([again.status, again.body]).toEqual([304, '']);
    }
    // Every word of it is in a file: nothing inline that the policy would stop.
    expect(String(page.body)).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\son\w+=|style="/);
  });

  test.each(['/assets/..%2fstamp', '/assets/%2e%2e%2findex.html', '/assets/stamp', '/assets/nothing.js', '/assets/__proto__'])(
    'are those that were built: %s is none',
    async (path) => {
      await using lab = await startFakeLab();
      const answer = await askWith(lab.url, {}, 'GET', path);
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain('<');
    },
  );

  test('open without a token, and the data does not', async () => {
    await using lab = await startFakeLab({ token: 'lab-token' });
    expect((await ask(lab.url, 'GET', '/')).status).toBe(200);
    for (const path of ['/_coexist/info', '/_coexist/v1/traces', '/metrics', '/assets', '/assets-of-others'])
      expect([path, (await ask(lab.url, 'GET', path)).status]).toEqual([path, 401]);
  });

  test('may be linked to from anywhere, and neither fetched nor framed from elsewhere', async () => {
    await using lab = await startFakeLab();
    const host = new URL(lab.url).host;
    const from = (headers: Record<string, string>, path = '/') => askWith(lab.url, { host, ...headers }, 'GET', path);
    const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect((await from(followed)).status).toBe(200);
    expect((await from(followed, '/_coexist/info')).status).toBe(403);
    expect((await from({ ...followed, 'sec-fetch-dest': 'iframe' })).status).toBe(403);
    expect((await from({ ...followed, origin: 'http://elsewhere.test' })).status).toBe(403);
    expect((await from({ ...followed, host: 'elsewhere.test' })).status).toBe(403);
  });
});
