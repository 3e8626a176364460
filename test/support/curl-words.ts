import type { TestLab } from './test-lab.ts';

/** What every curl is called with: nobody's own settings, the lab's proxy and authority and no others, and an end. */
export function curlWords({ endpoints: { proxyUrl, caFile } }: Pick<TestLab, 'endpoints'>, ...words: readonly string[]): readonly string[] {
  return ['--disable', '--silent', '--max-time', '20', '--proxy', proxyUrl ?? '', '--cacert', caFile, ...words];
}
