import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';
import { mappedAgents } from './mapped-agents.ts';
import type { TestLab } from './test-lab.ts';

const { ExchangeService, ExchangeVersion, TimeZoneInfo, Uri, WebCredentials } = ews;

/** The service of ews-javascript-api as a user of contoso has it: by his account name, reckoning in UTC or another zone. */
export function javascriptService({ names, password }: Pick<TestLab, 'names' | 'password'>, user: string, zone = TimeZoneInfo.Utc) {
  const service = new ExchangeService(ExchangeVersion.Exchange2013_SP1, zone);
  service.XHRApi = new XhrApi({ ...mappedAgents(names) } as object);
  service.Credentials = new WebCredentials(`CONTOSO\\${user}`, password);
  service.Url = new Uri('https://mail.contoso.test/EWS/Exchange.asmx');
  return service;
}
