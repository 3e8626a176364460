// The image's health check: whether the lab of the data folder, which is the image's working folder, is ready. It is asked every few seconds
// and therefore with next to nothing loaded. `coexist ready` says why it is not.
import { readFileSync } from 'node:fs';
import { get } from 'node:http';

const { adminUrl } = JSON.parse(readFileSync('endpoints.json', 'utf8'));
get(`${adminUrl}/readyz`, { timeout: 4_000 }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1));
