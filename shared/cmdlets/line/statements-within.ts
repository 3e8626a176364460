import type { Condition, Expression, LineArgument, Statement } from './command-line.ts';

/** A statement and every one in its parentheses and blocks, the innermost first. */
export function statementsWithin(statement: Statement): readonly Statement[] {
  const source = statement.source === undefined ? [] : withinArgument(statement.source);
  return [...source, ...statement.commands.flatMap((command) => command.arguments.flatMap(withinArgument)), statement];
}

function withinArgument(argument: LineArgument): readonly Statement[] {
  switch (argument.kind) {
    case 'expression':
      return withinExpression(argument.expression);
    case 'block':
      return statementsWithin(argument.statement);
    case 'list':
      return argument.values.flatMap(withinArgument);
    case 'table':
      return argument.entries.flatMap(([, value]) => withinArgument(value));
    case 'script':
      return expressionsIn(argument.condition).flatMap(withinExpression);
    default:
      return [];
  }
}

function withinExpression(expression: Expression): readonly Statement[] {
  if (expression.is === 'variable') return [];
  if (expression.is === 'statement') return statementsWithin(expression.statement);
  if (expression.is === 'text') return expression.parts.flatMap((part) => (typeof part === 'string' ? [] : withinExpression(part)));
  return withinExpression(expression.of);
}

function expressionsIn(condition: Condition): readonly Expression[] {
  if (condition.is === 'expression') return [condition.expression];
  if (condition.is === 'not') return expressionsIn(condition.of);
  if (condition.is === 'pattern') return expressionsIn(condition.left);
  if (condition.is === 'property' || condition.is === 'constant') return [];
  return [...expressionsIn(condition.left), ...expressionsIn(condition.right)];
}
