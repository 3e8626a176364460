import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { setTimeout } from 'node:timers/promises';
import { shellAppId } from '../../shared/domain/trust/well-known.ts';
import { CliFailure, exitCodes } from './failures.ts';

/** Where to sign in. */
export interface SignInDoor {
  /** `https://localhost:4445/<tenant>`. */
  readonly authority: string;
  /** What the token is for. */
  readonly resource: string;
  readonly caFile: string;
}

const timeoutMs = 30_000;
const mostBytes = 1_048_576;
const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/**
 * Signs somebody in who has a browser elsewhere (RFC 8628): says what to do, and waits until it is done. Answers an access token.
 * Fails with what the authentication service says.
 */
export async function deviceSignIn(door: SignInDoor, say: (text: string) => void): Promise<string> {
  const began = await post(door, 'oauth2/devicecode', { client_id: shellAppId, resource: door.resource });
  const { device_code: code, interval, message } = began;
  if (typeof code !== 'string' || typeof message !== 'string') throw refused(began);
  say(`${message}\n`);
  for (;;) {
    const answer = await post(door, 'oauth2/token', { grant_type: deviceGrant, client_id: shellAppId, device_code: code });
    if (typeof answer['access_token'] === 'string') return answer['access_token'];
    if (answer['error'] !== 'authorization_pending' && answer['error'] !== 'slow_down') throw refused(answer);
    await setTimeout(Math.max(1, Number(interval) || 5) * 1_000);
  }
}

function refused({ error_description: description, error }: Readonly<Record<string, unknown>>): CliFailure {
  const said = [description, error].find((one): one is string => typeof one === 'string') ?? 'no answer of an authentication service';
  return new CliFailure(exitCodes.failure, `there is no connection to Exchange Online: ${said}`);
}

function post(door: SignInDoor, path: string, form: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  const { authority, caFile } = door;
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return new Promise((resolve, reject) => {
    const sent = request(`${authority}/${path}`, { method: 'POST', headers, ca: readFileSync(caFile), timeout: timeoutMs }, (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > mostBytes) sent.destroy(new CliFailure(exitCodes.failure, `${authority} sent too much`));
        else parts.push(part);
      });
      answer.on('error', reject);
      answer.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(parts).toString('utf8')) as Readonly<Record<string, unknown>>);
        } catch {
          reject(new CliFailure(exitCodes.failure, `${authority} answered ${answer.statusCode} and no JSON`));
        }
      });
    });
    sent.on('timeout', () => sent.destroy(new CliFailure(exitCodes.timeout, `${authority} did not answer in time`)));
    sent.on('error', (error) =>
      reject(error instanceof CliFailure ? error : new CliFailure(exitCodes.failure, `nobody answers at ${authority}: ${error.message}`)),
    );
    sent.end(new URLSearchParams(form).toString());
  });
}
