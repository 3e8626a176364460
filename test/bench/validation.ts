import { X509Certificate } from 'node:crypto';
import { decodeJwt, importX509, jwtVerify } from 'jose';
import { authenticateBearer } from '../../shared/bridges/access/bearer.ts';
import { assemble } from '../../shared/bridges/authority/defects/draft.ts';
import { fromNow, now, openTokenLab, type TokenLab } from '../unit/identity/token-lab.ts';
import { alternatePaces, type Pace } from './pace.ts';
import { median, type Row } from './row.ts';

/** Least speed, as a part of the reference's. */
const leastPart = 0.6;
const tokensInTurn = 300;

/**
 * A server-to-server token with a user judged in full, verdict included, beside the least that has to be done with it: one
 * `jwtVerify` of the actor token and two payloads decoded. One token after another, because jose verifies on threads of its
 * own and we on the caller's: many at once would measure how many processors there are. Both rows have to pass: in the rate
 * jose's way to its threads and back counts in our favour, in the processor time mostly not. So many tokens in turn that none
 * is remembered when its turn comes again.
 */
export async function validationRows(): Promise<readonly Row[]> {
  const lab = await openTokenLab();
  try {
    const { own, reference } = await alternate(lab);
    const rates = [own, reference].map((paces) => median(paces.map(({ perSecond }) => perSecond)));
    const costs = [own, reference].map((paces) => median(paces.map(({ cpuUs }) => cpuUs)));
    return [row('rate', rates, '/s', ratio(rates)), row('speed by processor time', costs, ' us', 1 / ratio(costs))];
  } finally {
    await lab.close();
  }
}

function ratio([own = Number.NaN, reference = Number.NaN]: readonly number[]): number {
  return own / reference;
}

function row(what: string, figures: readonly number[], unit: string, part: number): Row {
  return {
    what: `S2S validation, ${what} beside jwtVerify and two decodes`,
    measured: `${part.toFixed(2)} (${figures.map((figure) => `${figure.toFixed(0)}${unit}`).join(' : ')})`,
    limit: `${leastPart}`,
    passed: part >= leastPart,
  };
}

async function alternate(lab: TokenLab): Promise<{ readonly own: readonly Pace[]; readonly reference: readonly Pace[] }> {
  const tokens = Array.from({ length: tokensInTurn }, (_, number) => {
    const draft = lab.draft('s2s-act-as');
    // ACS writes times as texts, which jose refuses; both get them as numbers.
    Object.assign(draft.signed.claims, { nbf: fromNow(-60), exp: fromNow(3_600 + number) });
    return assemble(draft, lab.keys);
  });
  let turn = 0;
  const next = (): string => {
    turn = (turn + 1) % tokensInTurn;
    return tokens[turn] ?? '';
  };
  const ground = lab.ground();
  const key = await importX509(new X509Certificate(Buffer.from(lab.keys.issuer.certificate, 'base64')).toString(), 'RS256');
  const options = { algorithms: ['RS256'], currentDate: new Date(now) };
  const judge = async (): Promise<void> => {
    const outcome = await authenticateBearer(`Bearer ${next()}`, ground);
    if (!('principal' in outcome)) throw new Error(JSON.stringify(outcome));
  };
  const verify = async (): Promise<void> => {
    const token = next();
    const actor = String(decodeJwt(token)['actortoken']);
    await jwtVerify(actor, key, options);
    decodeJwt(actor);
  };
  const [own = [], reference = []] = await alternatePaces([judge, verify]);
  return { own, reference };
}
