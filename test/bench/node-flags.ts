import { readFileSync } from 'node:fs';
import { present } from '../../shared/kernel/assert.ts';

const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { scripts: { start: string } };

/** What `npm start` gives Node: a bench measures the process that users have. */
export const nodeFlags: readonly string[] = present(/^node (.*)services\/main\.ts$/.exec(scripts.start)?.[1], 'the flags of npm start')
  .split(' ')
  .filter((flag) => flag !== '');
