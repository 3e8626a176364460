// What requests are held against behind the same listener. A lab that is started with this file as `--import` has it in the place of OAB.
import type { FastifyInstance } from 'fastify';
import { catalogue, type ServiceParts } from '../../services/catalogue.ts';
import type { Seams } from '../../shared/kernel/seams.ts';
import { openEnvelope } from '../../shared/protocols/soap/envelope.ts';
import { createServiceApp } from '../../shared/service/http-host.ts';
import { parseXml } from '../../shared/xml/parse.ts';

const requestBytes = 36_700_160;

/** Parses a request, opens the envelope and writes the recorded answer, and does nothing else. */
export interface SoapControl {
  readonly app: FastifyInstance;
  /** What it answers from now on. */
  record(answer: string): void;
}

export function soapControl(path: string, seams: Seams): SoapControl {
  let recorded = '';
  const app = createServiceApp({ bodyLimitBytes: requestBytes, seams });
  app.post(path, async (request, reply) => {
    openEnvelope(parseXml(request.body as Buffer));
    return reply.header('content-type', 'text/xml; charset=utf-8').header('cache-control', 'private').send(recorded);
  });
  return {
    app,
    record: (answer) => {
      recorded = answer;
    },
  };
}

/** Where it stands in such a lab, at each organisation, and where it is told what to answer. */
export const controlPath = '/oab/control';
export const recordPath = '/oab/record';

async function inPlaceOfOab({ seams }: Pick<ServiceParts, 'seams'>): Promise<FastifyInstance> {
  const { app, record } = soapControl(controlPath, seams);
  app.post(recordPath, async (request, reply) => {
    record(String(request.body));
    return reply.code(204).send();
  });
  return app;
}

if (process.execArgv.includes(import.meta.url)) Object.assign(catalogue, { oab: inPlaceOfOab });
