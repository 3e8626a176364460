import { describe, expect, test } from 'vitest';
import type { Guid } from '../../../shared/kernel/ids.ts';
import { type EntraErrorCode, entraErrorBody, entraErrors } from '../../../shared/protocols/oauth/entra-errors.ts';

const traceId = '0c2b8d54-58f3-4b8f-9a44-6d7a3d5a1100' as Guid;
const correlationId = 'f7a1b2c3-0000-4000-8000-000000000001';
const facts = { at: Date.parse('2026-11-06T12:00:00.987Z'), traceId, correlationId, origin: 'https://login.microsoftonline.test' };
const tail = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: 2026-11-06 12:00:00Z`;

describe('entraErrorBody', () => {
  // learn.microsoft.com "Microsoft Entra authentication and authorization error codes".
  test('is the JSON that Entra answers', () => {
    const { status, body } = entraErrorBody(['7000215'], { client: 'one' }, facts);
    expect(status).toBe(401);
    expect(body).toEqual({
      error: 'invalid_client',
      error_description: `AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app 'one'. ${tail}`,
      error_codes: [7000215],
      timestamp: '2026-11-06 12:00:00Z',
      trace_id: traceId,
      correlation_id: correlationId,
      error_uri: 'https://login.microsoftonline.test/error?code=7000215',
    });
  });

  // OfficeDocs-Support, "Resolve free/busy errors".
  test('is the older form with several numbers, the first of which decides', () => {
    const { status, body } = entraErrorBody(['70002', '50012'], { reason: 'The key was not found.', thumbprint: 'AB' }, facts);
    expect(status).toBe(401);
    expect(body).toMatchObject({
      error: 'invalid_client',
      error_description: `AADSTS70002: Error validating credentials. AADSTS50012: Client assertion contains an invalid signature. [Reason - The key was not found., Thumbprint of key used by client: 'AB'] ${tail}`,
      error_codes: [70002, 50012],
      error_uri: 'https://login.microsoftonline.test/error?code=70002',
    });
  });

  test('names what the error is a case of', () => {
    expect(entraErrorBody(['65001'], {}, facts)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', suberror: 'consent_required' },
    });
    expect(entraErrorBody(['50126'], {}, facts).body).not.toHaveProperty('suberror');
  });

  test('takes other words and another OAuth error', () => {
    const { body } = entraErrorBody(['70016'], {}, facts, 'AADSTS70016: Slower.', 'slow_down');
    expect(body).toMatchObject({ error: 'slow_down', error_description: `AADSTS70016: Slower. ${tail}`, error_codes: [70016] });
  });

  test('shows values as they are', () => {
    const { body } = entraErrorBody(['90002'], { tenant: '$& {client} "x"' }, facts);
    expect(body.error_description).toContain(`Tenant '$& {client} "x"' not found.`);
  });
});

describe('entraErrors', () => {
  // The page of error codes, and RFC 8628 3.5.
  test.each<[EntraErrorCode, string, number, string?]>([
    ['700016', 'unauthorized_client', 400],
    ['7000215', 'invalid_client', 401],
    ['7000222', 'invalid_client', 401],
    ['7000218', 'invalid_client', 401],
    ['700027', 'invalid_client', 401],
    ['700024', 'invalid_client', 401],
    ['700023', 'invalid_client', 401],
    ['700213', 'invalid_client', 401],
    ['50012', 'invalid_client', 401],
    ['70002', 'invalid_client', 401],
    ['700025', 'invalid_client', 401],
    ['50027', 'invalid_request', 400],
    ['90002', 'invalid_request', 400],
    ['900144', 'invalid_request', 400],
    ['9002313', 'invalid_request', 400],
    ['50001', 'invalid_resource', 400],
    ['500011', 'invalid_resource', 400],
    ['1002012', 'invalid_scope', 400],
    ['70011', 'invalid_scope', 400],
    ['70003', 'unsupported_grant_type', 400],
    ['65001', 'invalid_grant', 400, 'consent_required'],
    ['50126', 'invalid_grant', 400],
    ['50034', 'invalid_grant', 400],
    ['50053', 'invalid_grant', 400],
    ['50057', 'invalid_grant', 400],
    ['50076', 'invalid_grant', 400, 'basic_action'],
    ['50079', 'invalid_grant', 400, 'basic_action'],
    ['50158', 'invalid_grant', 400, 'additional_action'],
    ['53003', 'invalid_grant', 400, 'message_only'],
    ['70008', 'invalid_grant', 400, 'bad_token'],
    ['700082', 'invalid_grant', 400, 'bad_token'],
    ['50173', 'invalid_grant', 400, 'bad_token'],
    ['70000', 'invalid_grant', 400],
    ['54005', 'invalid_grant', 400],
    ['501481', 'invalid_grant', 400],
    ['50011', 'invalid_request', 400],
    ['70016', 'authorization_pending', 400],
    ['70019', 'expired_token', 400],
    ['70020', 'expired_token', 400],
    ['90120', 'authorization_declined', 400],
    ['50049', 'invalid_instance', 400],
  ])('%s is %s with status %i', (code, error, status, suberror) => {
    const known = entraErrors[code];
    expect([known.error, known.status, known.suberror]).toEqual([error, status, suberror]);
  });

  test('have a sentence each, whose places are all filled from values', () => {
    const values = new Proxy<Record<string, string>>({}, { get: (_, name) => `<${String(name)}>` });
    for (const [code, error] of Object.entries(entraErrors)) {
      expect(code).toMatch(/^[1-9]\d{4,6}$/);
      expect(`${code} ${error.text(values)}`).not.toMatch(/[{}]| {2}|\d $/);
      expect(`${code} ${error.text({})}`).toMatch(/[.\])]$/);
    }
  });
});
