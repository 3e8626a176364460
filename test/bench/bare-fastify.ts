// What Node and Fastify need by themselves to answer over https: `bare-fastify.ts <key file> <certificate file>`.
import { readFileSync } from 'node:fs';
import Fastify from 'fastify';

const [keyFile = '', certificateFile = ''] = process.argv.slice(2);
const app = Fastify({ https: { key: readFileSync(keyFile), cert: readFileSync(certificateFile) } });
app.get('/', () => 'hello\n');
await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write('ready\n');
