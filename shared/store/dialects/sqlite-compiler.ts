import { type LimitNode, type OffsetNode, SqliteQueryCompiler } from 'kysely';

/**
 * Writes `limit 0 + ?`. Observed: SQLite 3.53 plans with what is bound to a bare `limit ?`, and therefore parses and plans the statement
 * anew whenever it is run, 25 us for one that takes half of one. SQLITE_DBCONFIG_ENABLE_QPSG would keep it from that; node:sqlite does
 * not set it.
 */
export class SteadyCompiler extends SqliteQueryCompiler {
  protected override visitLimit(node: LimitNode): void {
    this.append('limit 0 + ');
    this.visitNode(node.limit);
  }

  protected override visitOffset(node: OffsetNode): void {
    this.append('offset 0 + ');
    this.visitNode(node.offset);
  }
}
