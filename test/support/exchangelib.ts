import { spawnSync } from 'node:child_process';
import { requireTool } from './tools.ts';

/** Debian's own, which has Debian's modules. */
export const python = '/usr/bin/python3';

export const hasExchangelib = requireTool(
  'python3 with exchangelib',
  'python3-exchangelib',
  spawnSync(python, ['-c', 'import exchangelib']).status === 0,
);
