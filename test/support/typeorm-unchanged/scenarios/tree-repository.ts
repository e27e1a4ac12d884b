import { type ObjectLiteral, type TreeRepository } from 'typeorm';
import { Category, Chapter, Folder, User } from '../entities.js';
import type { Scenario, Scenarios, World } from '../world.js';

interface Node extends ObjectLiteral {
  id: number;
  parent: Node | null;
  children: Node[];
}

/** The kinds of trees; all have a root 1 with 2 and 3 below it. */
const TREES = { 'closure table': Category, 'materialized path': Folder, 'nested set': Chapter };

const eachTree = (name: string, act: (trees: TreeRepository<Node>, world: World) => Promise<unknown>): Scenarios =>
  Object.fromEntries(
    Object.entries(TREES).map(([kind, target]): [string, Scenario] => [
      `${name}, ${kind}`,
      (world) => act(world.trees(target), world),
    ]),
  );

const titled = (title: string): Partial<Node> => ({ name: title, title });

export const treeRepository: Scenarios = {
  ...eachTree('trees', async (trees, { look }) => {
    await look('findTrees', trees.findTrees());
    await look('one level', trees.findTrees({ depth: 1 }));
    await look('findRoots', trees.findRoots());
  }),

  ...eachTree('descendants', async (trees, { look }) => {
    const root = await trees.findOneByOrFail({ id: 1 });
    await look('findDescendants', trees.findDescendants(root));
    await look('countDescendants', trees.countDescendants(root));
    await look('builder', trees.createDescendantsQueryBuilder('node', 'closure', root).orderBy('node.id').getMany());
    await look('untouched', root);
    await look('findDescendantsTree', trees.findDescendantsTree(root));
    await look('a level', trees.findDescendantsTree(await trees.findOneByOrFail({ id: 1 }), { depth: 1 }));
    return root;
  }),

  ...eachTree('ancestors', async (trees, { look }) => {
    const node = await trees.findOneOrFail({ where: { id: 3 }, select: { id: true } });
    await look('findAncestors', trees.findAncestors(node));
    await look('countAncestors', trees.countAncestors(node));
    await look('builder', trees.createAncestorsQueryBuilder('node', 'closure', node).orderBy('node.id').getMany());
    await look('findAncestorsTree', trees.findAncestorsTree(node));
    return node;
  }),

  ...eachTree('writing', async (trees, { look }) => {
    const root = await trees.findOneByOrFail({ id: 1 });
    const child = await look('added', trees.save(trees.create({ ...titled('New'), parent: root })));
    await look('below it', trees.save(trees.create({ ...titled('Newer'), parent: child })));
    await look('parent', root);
    const again = await trees.findOneOrFail({ where: { id: child.id }, relations: { parent: true } });
    Object.assign(again, titled('Renamed'));
    await look('renamed', trees.save(again));
    return trees.findTrees();
  }),

  ...eachTree('moving', async (trees, { look }) => {
    const node = await trees.findOneOrFail({ where: { id: 3 }, relations: { parent: true } });
    node.parent = await trees.findOneByOrFail({ id: 2 });
    await look('moved', trees.save(node));
    return trees.find({ relations: { parent: true, children: true }, order: { id: 'ASC', children: { id: 'ASC' } } });
  }),

  ...eachTree('removing', async (trees, { look }) => {
    const node = await trees.findOneOrFail({ where: { id: 3 }, relations: { parent: true } });
    await look('removed', trees.remove(node));
    return trees.findTrees();
  }),

  'trees with relations': async ({ trees, look }) => {
    const categories = trees(Category);
    await look('findTrees', categories.findTrees({ relations: ['keeper'] }));
    await look('findRoots', categories.findRoots({ relations: ['keeper'] }));
    const root = await categories.findOneOrFail({ where: { id: 1 }, relations: { keeper: true } });
    await look('findDescendantsTree', categories.findDescendantsTree(root, { relations: ['keeper'] }));
    await look('findDescendants', categories.findDescendants(root, { relations: ['keeper', 'parent'] }));
    const leaf = await categories.findOneByOrFail({ id: 4 });
    await look('findAncestorsTree', categories.findAncestorsTree(leaf, { relations: ['keeper'] }));
    await look('folders', trees(Folder).findTrees({ relations: ['leaves'] }));
    return leaf;
  },

  'children by cascade': async ({ trees, look }) => {
    const categories = trees(Category);
    const root = await categories.findOneOrFail({ where: { id: 1 }, relations: { children: true } });
    root.children.push(categories.create({ name: 'By cascade', children: [{ name: 'Deeper' }] }));
    await look('saved', categories.save(root));
    const tree = await categories.findDescendantsTree(await categories.findOneByOrFail({ id: 1 }));
    tree.children[0].name = 'Changed';
    await look('a whole tree', categories.save(tree));
    return categories.findTrees();
  },

  'a tree from nothing': async ({ trees, look }) => {
    const categories = trees(Category);
    const made = categories.create({ name: 'A', children: [{ name: 'B', children: [{ name: 'C' }] }, { name: 'D' }] });
    await look('saved', categories.save(made));
    return categories.findDescendantsTree(made);
  },

  'what every repository reads': async ({ trees, look }) => {
    const categories = trees(Category);
    const options = { where: { id: 2 }, relations: { parent: true, children: true } };
    await look('createQueryBuilder', categories.createQueryBuilder('c').leftJoinAndSelect('c.parent', 'p').getMany());
    await look('find', categories.find(options));
    await look('findBy', categories.findBy({ parent: { name: 'Root' } }));
    await look('findAndCount', categories.findAndCount(options));
    await look('findAndCountBy', categories.findAndCountBy({ weight: 3 }));
    await look('findOne', categories.findOne(options));
    await look('findOneBy', categories.findOneBy({ id: 4 }));
    await look('findOneOrFail', categories.findOneOrFail(options));
    await look('findOneByOrFail', categories.findOneByOrFail({ id: 4 }));
    await look('exists', categories.exists(options));
    await look('existsBy', categories.existsBy({ id: 99 }));
    await look('count', categories.count());
    await look('countBy', categories.countBy({ name: 'Leaf' }));
    await look('sum', categories.sum('weight'));
    await look('average', categories.average('weight'));
    await look('minimum', categories.minimum('weight'));
    await look('maximum', categories.maximum('weight'));
    await look('query', categories.query('SELECT COUNT(*) AS n FROM categories'));
    await look('sql', categories.sql`SELECT name FROM categories WHERE id = ${1}`);
    const found = await categories.findOneByOrFail({ id: 2 });
    await look('hasId', categories.hasId(found));
    await look('getId', categories.getId(found));
    await look('extend', categories.extend({ roots: () => categories.findRoots() }).roots());
    return found;
  },

  'what every repository writes': async ({ trees, look, repository }) => {
    const categories = trees(Category);
    const found = await categories.findOneByOrFail({ id: 5 });
    await look('create', categories.create({ name: 'x', parent: found }));
    await look('merge', categories.merge(found, { name: 'Merged', keeper: { id: 1 } }));
    await look('save', categories.save(found));
    await look('preload', categories.preload({ id: 2, name: 'Preloaded', parent: { id: 5 } }));
    await look('softRemove', categories.softRemove(found));
    await look('recover', categories.recover(found));
    await look(
      'update',
      categories.update({ id: 2 }, { name: 'U', keeper: await repository(User).findOneByOrFail({ id: 2 }) }),
    );
    await look('updateAll', categories.updateAll({ hint: 'h' }));
    await look('increment', categories.increment({ id: 1 }, 'weight', 2));
    await look('decrement', categories.decrement({ id: 1 }, 'weight', 1));
    await look('softDelete', categories.softDelete({ id: 4 }));
    await look('restore', categories.restore({ id: 4 }));
    await look('remove', categories.remove(found));
    await look('delete', categories.delete({ id: 4 }));
    const chapters = trees(Chapter);
    await look('insert', categories.insert({ name: 'Inserted' }));
    await look('upsert', chapters.upsert({ id: 3, title: 'Upserted' }, ['id']));
    await look('deleteAll', categories.deleteAll());
    await look('clear', chapters.clear());
  },
};
