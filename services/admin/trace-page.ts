import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Problem } from './failures.ts';

const built = new URL('../console/built/offline/', import.meta.url);

/** A page that stands alone, and the policy that it has in itself and is sent with. */
export interface TracePage {
  readonly html: string;
  readonly policy: string;
}

/**
 * A trace and its viewer in one file, to be opened without a lab. The script and the style sheet that are in it run, and nothing else: the
 * policy names them by their hashes (CSP Level 3, 2.3.1). What was said on the wire is data, which the viewer shows as text.
 */
export async function tracePage(traceId: string, kept: object): Promise<TracePage> {
  const [script, style] = await Promise.all([fileOf('offline.js'), fileOf('offline.css')]);
  // Neither may end the element that it stands in.
  const [code, looks] = [script.replaceAll('</script', '<\\/script'), style.replaceAll('</style', '<\\/style')];
  const policy = `default-src 'none'; script-src ${hashOf(code)}; style-src ${hashOf(looks)}; img-src data:; base-uri 'none'; form-action 'none'`;
  const data = JSON.stringify(kept).replaceAll('<', '\\u003c');
  const html = [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<title>Trace ${traceId.slice(0, 12)} · coexist</title><style>${looks}</style></head>`,
    `<body><div id="app"></div><script type="application/json" id="trace">${data}</script><script>${code}</script></body></html>`,
  ].join('\n');
  return { html, policy };
}

async function fileOf(name: string): Promise<string> {
  try {
    return await readFile(new URL(name, built), 'utf8');
  } catch {
    throw new Problem(503, 'No console', 'The console has not been built here: npm start does, as does "node services/console/build.ts".');
  }
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
