import ews from 'ews-javascript-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { javascriptService } from '../support/javascript-service.ts';
import { openTestLab, type TestLab } from '../support/test-lab.ts';

const { CreateRuleOperation, DeleteRuleOperation, FolderId, Importance, Rule, SetRuleOperation } = ews;
const { UpdateInboxRulesException, WellKnownFolderName } = ews;

let lab: TestLab;
beforeAll(async () => {
  lab = await openTestLab();
});
afterAll(() => lab.close());

const service = () => javascriptService(lab, 'mary');

function newRule(name: string) {
  const rule = new Rule();
  rule.DisplayName = name;
  rule.Priority = 1;
  rule.IsEnabled = true;
  rule.Conditions.ContainsSubjectStrings.Add('Interesting');
  rule.Conditions.FromAddresses.Add('rob@contoso.test');
  rule.Exceptions.IsAutomaticReply = true;
  return rule;
}

test('rules are created, read, changed and removed', async () => {
  const client = service();
  expect((await client.GetInboxRules()).Count).toBe(0);
  const rule = newRule('Interesting things');
  rule.Actions.MoveToFolder = new FolderId(WellKnownFolderName.JunkEmail);
  rule.Actions.MarkImportance = Importance.High;
  await client.UpdateInboxRules([new CreateRuleOperation(rule)], true, 'mary@contoso.test');

  const [kept] = (await client.GetInboxRules('mary@contoso.test')).GetEnumerator();
  expect([kept?.DisplayName, kept?.Priority, kept?.IsEnabled, kept?.IsInError]).toEqual(['Interesting things', 1, true, false]);
  expect(kept?.Conditions.ContainsSubjectStrings.GetEnumerator()).toEqual(['Interesting']);
  expect(kept?.Conditions.FromAddresses.GetEnumerator().map(({ Address }) => Address)).toEqual(['rob@contoso.test']);
  expect([kept?.Exceptions.IsAutomaticReply, kept?.Actions.MarkImportance]).toEqual([true, Importance.High]);
  expect(kept?.Actions.MoveToFolder.UniqueId).toMatch(/^AAMk/);
  if (kept === undefined) throw new Error('no rule');

  kept.DisplayName = 'Renamed';
  await client.UpdateInboxRules([new SetRuleOperation(kept)], true, 'mary@contoso.test');
  expect((await client.GetInboxRules()).GetEnumerator().map(({ DisplayName }) => DisplayName)).toEqual(['Renamed']);
  await client.UpdateInboxRules([new DeleteRuleOperation(kept.Id)], true, 'mary@contoso.test');
  expect((await client.GetInboxRules()).Count).toBe(0);
});

test('what cannot be is told field by field', async () => {
  const refused = await service()
    .UpdateInboxRules([new CreateRuleOperation(newRule('Nothing'))], true, 'mary@contoso.test')
    .then(
      () => 'answered',
      (error: unknown) => error,
    );
  expect(refused).toBeInstanceOf(UpdateInboxRulesException);
  expect(String((refused as Error).message)).toContain('A validation error occurred');
});
