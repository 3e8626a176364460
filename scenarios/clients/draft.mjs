// Leaves a draft and prints how many there are. Arguments: user name, password.
import { XhrApi } from '@ewsjs/xhr';
import ews from 'ews-javascript-api';

const [userName, password] = process.argv.slice(2);
const service = new ews.ExchangeService(ews.ExchangeVersion.Exchange2013_SP1);
service.XHRApi = new XhrApi({ proxy: false });
service.Credentials = new ews.WebCredentials(userName, password);
service.Url = new ews.Uri(process.env.COEXIST_EWS_URL_CONTOSO);
const draft = new ews.EmailMessage(service);
draft.Subject = 'Draft of ews-javascript-api';
draft.Body = new ews.MessageBody('text');
await draft.Save(ews.WellKnownFolderName.Drafts);
const found = await service.FindItems(ews.WellKnownFolderName.Drafts, new ews.ItemView(10));
process.stdout.write(`${found.TotalCount} draft\n`);
