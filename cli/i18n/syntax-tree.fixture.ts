/** A node of an ESTree syntax tree. */
export interface Node {
  readonly type: string;
  readonly parent?: Node;
  readonly [field: string]: unknown;
}

export const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

export function nameOf(node: unknown): string {
  const { type, name, property, left, argument, value } = (node ?? {}) as Node;
  if (type === 'MemberExpression') return nameOf(property);
  if (type === 'AssignmentPattern') return nameOf(left);
  if (type === 'RestElement' || type === 'AwaitExpression') return nameOf(argument);
  if (type === 'Literal') return typeof value === 'string' ? value : '';
  return typeof name === 'string' ? name : '';
}

/** The declaration of an identifier, as far as it is in the same file: its declarator or the function it is of. */
export function declared(identifier: Node): Node | undefined {
  if (identifier.type !== 'Identifier') return undefined;
  const name = nameOf(identifier);
  for (let scope = identifier.parent; scope; scope = scope.parent) {
    if (FUNCTIONS.has(scope.type) && (scope.params as Node[]).some((param) => nameOf(param) === name)) return scope;
    if (scope.type !== 'BlockStatement' && scope.type !== 'Program') continue;
    for (const one of scope.body as Node[]) {
      const statement = one.type === 'ExportNamedDeclaration' ? (one.declaration as Node | null) : one;
      if (statement?.type === 'FunctionDeclaration' && nameOf(statement.id) === name) return statement;
      if (statement?.type !== 'VariableDeclaration') continue;
      const declarator = (statement.declarations as Node[]).find(({ id }) => nameOf(id) === name);
      if (declarator) return declarator;
    }
  }
  return undefined;
}

export function rootOf(node: Node): Node {
  return node.parent ? rootOf(node.parent) : node;
}

export function isExported(node: Node): boolean {
  if (node.type === 'ExportNamedDeclaration' || node.type === 'MethodDefinition') return true;
  return node.type === 'BlockStatement' || !node.parent ? false : isExported(node.parent);
}

export function* withParents(root: Node): Generator<Node> {
  for (const node of descendants(root)) {
    for (const child of children(node)) Object.assign(child, { parent: node });
    yield node;
  }
}

export function* descendants(node: Node): Generator<Node> {
  yield node;
  for (const child of children(node)) yield* descendants(child);
}

/** Without the statements of functions within. */
export function* ownStatements(node: Node): Generator<Node> {
  yield node;
  for (const child of children(node)) if (!FUNCTIONS.has(child.type)) yield* ownStatements(child);
}

function* children(node: Node): Generator<Node> {
  for (const [field, value] of Object.entries(node)) {
    if (field === 'parent') continue;
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) yield one;
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

export function unwrapped(node: Node | null | undefined): Node | undefined {
  if (node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression') return node.expression as Node;
  return node ?? undefined;
}
