import { type Cmdlet, cmdletRefusal } from './cmdlet.ts';
import { smtpDomainGiven } from './federated-domain-proof.ts';
import {
  accountNamespaceOf,
  applicationOf,
  changeIdentifier,
  readIdentifier,
  releaseNamespace,
  requireAccepted,
} from './federated-namespace.ts';
import { requireTrust } from './federation-gateway.ts';

const kinds: Cmdlet['kinds'] = ['on-premises'];

/** `Add-FederatedDomain -DomainName sales.contoso.test`: domains whose users are known to others, beside that of the account namespace. */
export const federatedDomain = {
  add: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', DomainName: 'text' },
    required: ['DomainName'],
    async run(scope, given) {
      const domain = smtpDomainGiven(given, 'DomainName');
      requireAccepted(scope, 'DomainName', domain);
      const own = await scope.transaction(async (tx) => {
        const { AccountNamespace, Domains, DelegationTrustLink } = await readIdentifier(tx, scope);
        if (AccountNamespace === '') {
          const text =
            'The account namespace comes first: Set-FederatedOrganizationIdentifier -DelegationFederationTrust ... -AccountNamespace';
          throw cmdletRefusal('operation-failed', `${text} makes one; domains are added to it.`);
        }
        if (Domains.includes(domain)) throw cmdletRefusal('object-exists', `${domain} is federated already.`);
        return requireTrust(tx, scope, DelegationTrustLink);
      });
      const { gateway, appId } = applicationOf(scope, own);
      await gateway.federate(appId, domain, domain);
      await changeIdentifier(scope, (now) => (now.Domains.includes(domain) ? now : { ...now, Domains: [...now.Domains, domain] }));
      return [];
    },
  },
  remove: {
    kinds,
    positional: 'Identity',
    parameters: { Identity: 'text', DomainName: 'text', Force: 'switch' },
    required: ['DomainName'],
    async run(scope, given) {
      const domain = smtpDomainGiven(given, 'DomainName');
      const { identifier, own } = await scope.transaction(async (tx) => {
        const found = await readIdentifier(tx, scope);
        if (!found.Domains.includes(domain)) {
          const known = found.Domains.length === 0 ? 'no domain is' : `these are: ${found.Domains.join(', ')}`;
          throw cmdletRefusal('object-not-found', `${domain} is not federated; ${known}.`);
        }
        return { identifier: found, own: await requireTrust(tx, scope, found.DelegationTrustLink) };
      });
      const isNamespace = accountNamespaceOf(domain) === identifier.AccountNamespace;
      const others = identifier.Domains.filter((one) => one !== domain);
      if (isNamespace && others.length > 0) {
        const text = `${domain} is the domain of the account namespace and goes last:`;
        throw cmdletRefusal('operation-failed', `${text} take ${others.join(', ')} away first.`);
      }
      if (isNamespace) {
        await releaseNamespace(scope, own, domain);
        await changeIdentifier(scope, () => undefined);
        return [];
      }
      const { gateway, appId } = applicationOf(scope, own);
      await gateway.attempt('RemoveUri', { appId, uri: domain }, 'InvalidUri');
      await gateway.attempt('ReleaseDomain', { appId, domainName: domain }, 'DomainNotReserved');
      await changeIdentifier(scope, (now) => ({
        ...now,
        Domains: now.Domains.filter((one) => one !== domain),
        DefaultDomain: now.DefaultDomain === domain ? '' : now.DefaultDomain,
      }));
      return [];
    },
  },
} satisfies Readonly<Record<string, Cmdlet>>;
