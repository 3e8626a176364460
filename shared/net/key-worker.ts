import { generateKeyPairSync } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

// A thread of its own, because the next key must not wait until the main thread has time to ask for it: seeding is one
// long stretch without any. Given how many, it posts as many RSA-2048 private keys, PKCS #8 PEM, one after the other.
for (let left = Number(workerData); left > 0; left -= 1) {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  parentPort?.postMessage(privateKey);
}
