import { type ZodType, z } from 'zod';
import { breakpointSchema, continueSchema } from '../../shared/faults/breakpoints.ts';
import { faultRuleSchema } from '../../shared/faults/rules.ts';
import * as inside from './inside-schemas.ts';
import { requestCriteria } from './request-schemas.ts';
import * as schemas from './schemas.ts';
import { decodeBody, keyBody, mintBody, verifyBody } from './token-schemas.ts';
import { worldBody } from './world-schemas.ts';

/** What the control port's description tells of one route; the schemas are those by which the route reads. */
export interface DocumentedOperation {
  readonly tag: string;
  readonly summary: string;
  readonly body?: ZodType;
  /** What is sent is octets, of which no schema tells. */
  readonly octets?: true;
  /** An object's schema, a parameter for each member. */
  readonly query?: ZodType;
  /** By the names in the path; any text where one is not told. */
  readonly path?: Readonly<Record<string, ZodType>>;
  /** Of a success; 200 with JSON. */
  readonly status?: number;
  readonly type?: string;
}

const json = 'application/json';
const traceFormats = { id: z.string().regex(/^[0-9a-f]{4,32}(\.(json|har|mmd|zip|html))?$/) };
const snapshot = { name: schemas.snapshotName };

/** Every route, `METHOD path` as Fastify has it. A test holds it against the routes that there are. */
export const operations: Readonly<Record<string, DocumentedOperation>> = {
  'GET /': { tag: 'lab', summary: 'The console, for a browser', type: 'text/html' },
  'GET /assets/:file': { tag: 'lab', summary: 'A file that the console consists of', type: 'text/javascript' },
  'GET /livez': { tag: 'lab', summary: 'Whether the process turns' },
  'GET /readyz': { tag: 'lab', summary: 'Whether the lab is ready; 503 with what is pending while it is not' },
  'GET /metrics': { tag: 'lab', summary: 'Counts for Prometheus', type: 'text/plain' },
  'GET /_coexist/openapi.json': { tag: 'lab', summary: 'This document' },
  'GET /_coexist/health': { tag: 'lab', summary: 'Health of the lab and its services' },
  'GET /_coexist/info': { tag: 'lab', summary: 'Version, world, seed, process' },
  'GET /_coexist/endpoints': { tag: 'lab', summary: 'Where everything is reached, as in endpoints.json' },
  'GET /_coexist/ca.pem': { tag: 'lab', summary: "The CA's certificate", type: 'application/x-pem-file' },
  'PUT /_coexist/v1/endpoints': {
    tag: 'lab',
    summary: 'Tell under which ports clients outside reach organizations',
    body: schemas.endpointsBody,
  },
  'POST /_coexist/v1/reset': { tag: 'lab', summary: 'Put the world back to its seed', body: schemas.resetBody },
  'GET /_coexist/v1/settled': { tag: 'lab', summary: 'Answers when nothing is under way any more' },
  'POST /_coexist/v1/shutdown': { tag: 'lab', summary: 'Drain and end', status: 202 },
  'GET /_coexist/v1/authentication-codes/:user': { tag: 'sign-in', summary: "What a user's authenticator shows" },
  'POST /_coexist/v1/device-codes/:code': {
    tag: 'sign-in',
    summary: 'Sign a user in for a device, or decline',
    body: schemas.deviceDecisionBody,
  },
  'GET /_coexist/v1/clock': { tag: 'clock', summary: 'World time' },
  'POST /_coexist/v1/clock/freeze': { tag: 'clock', summary: 'Stop time', body: schemas.freezeBody },
  'POST /_coexist/v1/clock/set': { tag: 'clock', summary: 'Move time to a moment', body: schemas.setBody },
  'POST /_coexist/v1/clock/advance': {
    tag: 'clock',
    summary: 'Move time forth; answers when all that fell due has run',
    body: schemas.advanceBody,
  },
  'POST /_coexist/v1/clock/resume': { tag: 'clock', summary: "Back to the machine's time" },
  'PUT /_coexist/v1/clock/skew/:organization': { tag: 'clock', summary: "Put an organization's clocks wrong", body: schemas.skewBody },
  'GET /_coexist/v1/faults': { tag: 'faults', summary: 'The fault rules, in the order in which they are tried' },
  'GET /_coexist/v1/faults/:id': { tag: 'faults', summary: 'One of them', path: { id: schemas.faultId } },
  'POST /_coexist/v1/faults': { tag: 'faults', summary: 'Add a fault rule', body: faultRuleSchema, status: 201 },
  'DELETE /_coexist/v1/faults': { tag: 'faults', summary: 'Remove all fault rules', status: 204 },
  'DELETE /_coexist/v1/faults/:id': { tag: 'faults', summary: 'Remove one', path: { id: schemas.faultId }, status: 204 },
  'GET /_coexist/v1/breakpoints': { tag: 'step', summary: 'Where hops wait' },
  'POST /_coexist/v1/breakpoints': { tag: 'step', summary: 'Have hops wait', body: breakpointSchema, status: 201 },
  'DELETE /_coexist/v1/breakpoints/:id': { tag: 'step', summary: 'Have them wait no longer', path: { id: schemas.faultId }, status: 204 },
  'GET /_coexist/v1/held': { tag: 'step', summary: 'The hops that wait' },
  'POST /_coexist/v1/held/:id/continue': {
    ...{ tag: 'step', summary: 'Let a hop go on, changed or not', body: continueSchema },
    ...{ path: { id: schemas.faultId }, status: 204 },
  },
  'POST /_coexist/v1/held/:id/abort': { tag: 'step', summary: 'End it and its connection', path: { id: schemas.faultId }, status: 204 },
  'POST /_coexist/v1/cmdlets': { tag: 'cmdlets', summary: 'Run a cmdlet line', body: schemas.cmdletBody },
  'GET /_coexist/v1/cmdlets/completions': {
    tag: 'cmdlets',
    summary: 'What can stand at a place in a cmdlet line',
    query: schemas.completionsQuery,
  },
  'GET /_coexist/v1/scenarios': { tag: 'scenarios', summary: 'The scenarios that ship and fit the running world' },
  'POST /_coexist/v1/scenarios/:id/run': {
    tag: 'scenarios',
    summary: 'Tell one in this lab, which is put back to its seed before',
    body: schemas.scenarioBody,
  },
  'POST /_coexist/v1/hybrid-wizard': {
    ...{ tag: 'cmdlets', summary: 'Run the Hybrid Configuration wizard; its events, one JSON object a line' },
    ...{ body: schemas.hybridWizardBody, type: 'application/x-ndjson' },
  },
  'GET /_coexist/v1/eras': { tag: 'eras', summary: 'The eras of the tenants' },
  'PUT /_coexist/v1/eras/:organization': { tag: 'eras', summary: 'Put a tenant into another era', body: schemas.eraBody },
  'GET /_coexist/v1/tokens/defects': { tag: 'tokens', summary: 'What may be wrong with a token' },
  'POST /_coexist/v1/tokens/mint': { tag: 'tokens', summary: "A token of the lab's own keys, good or with one defect", body: mintBody },
  'POST /_coexist/v1/tokens/decode': { tag: 'tokens', summary: 'Take a token apart', body: decodeBody },
  'POST /_coexist/v1/tokens/verify': { tag: 'tokens', summary: 'What a door would say of a token', body: verifyBody },
  'POST /_coexist/v1/tokens/explain': { tag: 'tokens', summary: 'The same, with the remedy', body: verifyBody },
  'GET /_coexist/v1/keys': { tag: 'keys', summary: "The authentication service's signing keys" },
  'POST /_coexist/v1/keys/stage': { tag: 'keys', summary: 'Make a key of which nobody is told' },
  'POST /_coexist/v1/keys/publish': { tag: 'keys', summary: 'Put it into the metadata', body: keyBody },
  'POST /_coexist/v1/keys/activate': { tag: 'keys', summary: 'Sign with it', body: keyBody },
  'POST /_coexist/v1/keys/retire': { tag: 'keys', summary: 'Take it out of the metadata', body: keyBody },
  'GET /_coexist/v1/map': { tag: 'topology', summary: 'Organizations, hosts, what joins them, and where something is wrong' },
  'GET /_coexist/v1/topology': { tag: 'topology', summary: 'What is broken, and what can be' },
  'GET /_coexist/v1/topology/lint': { tag: 'topology', summary: 'What is set wrong, found from configuration alone' },
  'GET /_coexist/v1/topology/explain/:id': { tag: 'topology', summary: 'A misconfiguration: symptom, how to notice, remedy' },
  'POST /_coexist/v1/topology/break/:id': { tag: 'topology', summary: 'Set it wrong', body: schemas.breakBody },
  'POST /_coexist/v1/topology/fix/:id': { tag: 'topology', summary: 'Put it right' },
  'GET /_coexist/v1/mailboxes': { tag: 'inside', summary: 'The mailboxes of the world', query: inside.mailboxesQuery },
  'GET /_coexist/v1/mailboxes/:mailbox/folders': { tag: 'inside', summary: 'Folders, each with the one that it lies in' },
  'GET /_coexist/v1/mailboxes/:mailbox/items': { tag: 'inside', summary: 'Items of a folder, newest first', query: inside.itemsQuery },
  'GET /_coexist/v1/mailboxes/:mailbox/items/:item': { tag: 'inside', summary: 'An item; `.eml` behind its number gives its MIME' },
  'GET /_coexist/v1/mailboxes/:mailbox/calendar': {
    ...{ tag: 'inside', summary: 'Appointments and occurrences, by default of a week from now on' },
    query: inside.calendarQuery,
  },
  'GET /_coexist/v1/zones': { tag: 'inside', summary: 'What the name servers say, by zone' },
  'GET /_coexist/v1/logs/:kind': {
    ...{ tag: 'inside', summary: "A log as an organization's servers write it", path: { kind: inside.logKind } },
    query: inside.logQuery,
  },
  'GET /_coexist/v1/labs': { tag: 'labs', summary: 'The exercises that fit the world' },
  'GET /_coexist/v1/labs/:id': { tag: 'labs', summary: 'One of them; for presenters with its solution', query: schemas.labQuery },
  'POST /_coexist/v1/labs/:id/start': { tag: 'labs', summary: 'Reset the world and begin', body: schemas.labStartBody },
  'POST /_coexist/v1/labs/:id/check': { tag: 'labs', summary: 'Whether it is solved', body: schemas.labCheckBody },
  'POST /_coexist/v1/labs/:id/answer': { tag: 'labs', summary: 'Name what is broken in a blind one', body: schemas.labAnswerBody },
  'POST /_coexist/v1/labs/:id/hint': { tag: 'labs', summary: 'One more hint' },
  'POST /_coexist/v1/labs/:id/solve': { tag: 'labs', summary: 'Do what the solution says' },
  'POST /_coexist/v1/labs/:id/reset': { tag: 'labs', summary: 'Put the world back and end it' },
  'GET /_coexist/v1/snapshots': { tag: 'snapshots', summary: 'The named states of the world' },
  'POST /_coexist/v1/snapshots': { tag: 'snapshots', summary: 'Keep the state under a name', body: schemas.snapshotBody, status: 201 },
  'POST /_coexist/v1/snapshots/:name/restore': { tag: 'snapshots', summary: 'Give it back', path: snapshot },
  'DELETE /_coexist/v1/snapshots/:name': { tag: 'snapshots', summary: 'Forget it', path: snapshot, status: 204 },
  'GET /_coexist/v1/snapshots/:name/diff': {
    ...{ tag: 'snapshots', summary: 'What has changed since, or until another one; `seed` is the world as it was seeded' },
    query: schemas.diffQuery,
  },
  'GET /_coexist/v1/snapshots/:name/file': {
    tag: 'snapshots',
    summary: 'The state as a file',
    path: snapshot,
    type: 'application/octet-stream',
  },
  'PUT /_coexist/v1/snapshots/:name/file': { tag: 'snapshots', summary: 'Bring such a file', path: snapshot, octets: true },
  'GET /_coexist/v1/exchanges': { tag: 'journal', summary: 'Closed exchanges, oldest first', query: schemas.exchangesQuery },
  'GET /_coexist/v1/traces': { tag: 'journal', summary: 'One line for each trace', query: schemas.tracesQuery },
  'GET /_coexist/v1/traces/:id': {
    tag: 'journal',
    summary: 'A trace; `.har`, `.mmd`, `.zip` (all of them) and `.html` (a viewer with the trace in it) behind the id give other forms',
    path: traceFormats,
  },
  'GET /_coexist/v1/traces/:id/outline': {
    tag: 'journal',
    summary: 'A trace without heads and bodies',
    path: { id: schemas.traceId },
  },
  'GET /_coexist/v1/traces/:id/exchanges/:span': {
    tag: 'journal',
    summary: 'One exchange of a trace, with heads and bodies',
    path: { id: schemas.traceId, span: schemas.spanId },
  },
  'GET /_coexist/v1/traces/:id/explain': { tag: 'journal', summary: 'Why a trace ended so', path: { id: schemas.traceId } },
  'POST /_coexist/v1/traces/diff': { tag: 'journal', summary: 'Where two traces of one question part', body: schemas.traceDiffBody },
  'GET /_coexist/v1/events': { tag: 'journal', summary: 'Exchanges as they close', query: schemas.eventsQuery, type: 'text/event-stream' },
  'GET /_coexist/v1/requests': { tag: 'requests', summary: 'What clients have asked, newest first', query: schemas.requestsQuery },
  'DELETE /_coexist/v1/requests': { tag: 'requests', summary: 'Begin anew; the journal stays', status: 204 },
  'POST /_coexist/v1/requests/find': { tag: 'requests', summary: 'The requests that match', body: requestCriteria },
  'POST /_coexist/v1/requests/count': { tag: 'requests', summary: 'How many match', body: requestCriteria },
  'POST /_coexist/v1/requests/near-misses': {
    tag: 'requests',
    summary: 'The three that come nearest, and what they lack',
    body: requestCriteria,
  },
  'GET /_coexist/v1/worlds': { tag: 'worlds', summary: 'The worlds on demand' },
  'GET /_coexist/v1/worlds/:id': { tag: 'worlds', summary: 'One of them' },
  'POST /_coexist/v1/worlds': { tag: 'worlds', summary: 'An isolated world on ports of its own', body: worldBody, status: 201 },
  'DELETE /_coexist/v1/worlds/:id': { tag: 'worlds', summary: 'End one', status: 204 },
};

/** What a route answers where its entry does not say. */
export const usualType = json;
