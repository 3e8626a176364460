import type { Path } from '../../../shared/protocols/ews/paths.ts';
import type { Operand, SearchExpression } from '../../../shared/protocols/ews/restriction.ts';

const field = (FieldURI: string): Path => ({ is: 'FieldURI', value: { FieldURI } }) as Path;
const entry = (FieldURI: string, FieldIndex: string): Path => ({ is: 'IndexedFieldURI', value: { FieldURI, FieldIndex } }) as Path;

/** Fields of people by which contacts can be found and sorted, and what they are of a contact. */
const ofContacts: Readonly<Record<string, Path>> = {
  'persona:DisplayName': field('contacts:DisplayName'),
  'persona:FileAs': field('contacts:FileAs'),
  'persona:GivenName': field('contacts:GivenName'),
  'persona:Surname': field('contacts:Surname'),
  'persona:CompanyName': field('contacts:CompanyName'),
  'persona:Title': field('contacts:JobTitle'),
  'persona:CreationTime': field('item:DateTimeCreated'),
  'persona:EmailAddress': entry('contacts:EmailAddress', 'EmailAddress1'),
  'persona:ImAddress': entry('contacts:ImAddress', 'ImAddress1'),
  'persona:HomeCity': entry('contacts:PhysicalAddress:City', 'Home'),
  'persona:WorkCity': entry('contacts:PhysicalAddress:City', 'Business'),
};

/** The same path in the words of contacts; one that is of no persona, or cannot be searched by, as it is. */
export function contactPath(path: Path): Path {
  return path.is === 'FieldURI' ? (ofContacts[path.value.FieldURI] ?? path) : path;
}

/** The same restriction in the words of contacts. */
export function contactExpression(expression: SearchExpression): SearchExpression {
  switch (expression.is) {
    case 'And':
    case 'Or':
      return { is: expression.is, value: expression.value.map(contactExpression) };
    case 'Not':
      return { is: 'Not', value: contactExpression(expression.value) };
    case 'Near':
      return expression;
    case 'Exists':
      return { is: 'Exists', value: { Path: contactPath(expression.value.Path) } };
    case 'Excludes':
      return { is: 'Excludes', value: { ...expression.value, Path: contactPath(expression.value.Path) } };
    case 'Contains':
      return { is: 'Contains', value: { ...expression.value, Path: contactPath(expression.value.Path) } };
    default: {
      const { Path: path, FieldURIOrConstant } = expression.value;
      return { is: expression.is, value: { Path: contactPath(path), FieldURIOrConstant: contactOperand(FieldURIOrConstant) } };
    }
  }
}

function contactOperand(operand: Operand): Operand {
  return operand.is === 'Constant' ? operand : contactPath(operand);
}
