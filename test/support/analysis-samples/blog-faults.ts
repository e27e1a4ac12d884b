import type { SeededCopies } from './seeded-fault.js';

const ARTICLES = 'articles/article.service.ts';
const ARTICLE_CONTROLLER = 'articles/article.controller.ts';
const ANNOUNCER = 'articles/article-announcer.ts';
const COMMENTS = 'comments/comment.service.ts';
const COMMENT_CONTROLLER = 'comments/comment.controller.ts';
const USERS = 'users/user.service.ts';
const USER_CONTROLLER = 'users/user.controller.ts';
const TAGS = 'tags/tag.service.ts';
const TAG_CONTROLLER = 'tags/tag.controller.ts';

/** Mistakes in the blog. */
export const BLOG_FAULTS: SeededCopies = {
  'blog-parameters': [
    {
      mistake: 'a citation is put together in the handler, and not by the method that loads what it needs',
      edits: [
        {
          file: ARTICLE_CONTROLLER,
          replace: 'return { citation: await article.citation() };',
          by: 'return { citation: `${article.author.name}, ${article.title}` };',
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'author',
          at: [ARTICLE_CONTROLLER, 'return { citation: `${article.author.name}, ${article.title}` };'],
        },
      ],
    },
    {
      mistake: 'the comments of an article are counted, which only its answer would load',
      edits: [
        {
          file: ARTICLE_CONTROLLER,
          replace: "discussion(@ModelParam(Article, 'articleId') article: Article) {",
          by: `discussion(@ModelParam(Article, 'articleId') article: Article) {
    const { comments } = article;
    if (comments.length > 1_000) throw new Error('Too long a discussion');`,
        },
      ],
      found: [{ rule: 'RLC005', word: 'comments', at: [ARTICLE_CONTROLLER, 'const { comments } = article;'] }],
    },
    {
      mistake: 'the tags of before are compared with the new ones',
      edits: [
        {
          file: ARTICLES,
          replace: 'article.tags = await this.tags.named(names);',
          by: `if (article.tags.every((tag) => names.includes(tag.name))) return article;
    article.tags = await this.tags.named(names);`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'tags',
          at: [ARTICLES, 'if (article.tags.every((tag) => names.includes(tag.name))) return article;'],
        },
      ],
    },
    {
      mistake: 'an article with comments is not to be removed',
      edits: [
        {
          file: ARTICLES,
          replace: 'await this.articles.delete(article);',
          by: `const { length } = article.comments;
    if (length > 0) throw new Error(\`It has \${length} comments\`);
    await this.articles.delete(article);`,
        },
      ],
      found: [{ rule: 'RLC005', word: 'comments', at: [ARTICLES, 'const { length } = article.comments;'] }],
    },
    {
      mistake: 'a user with articles is not to be removed',
      edits: [
        {
          file: USER_CONTROLLER,
          replace: 'await this.users.delete(user);',
          by: `for (const { title } of user.articles) throw new Error(\`Author of \${title}\`);
    await this.users.delete(user);`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'articles',
          at: [USER_CONTROLLER, 'for (const { title } of user.articles) throw new Error(`Author of ${title}`);'],
        },
      ],
    },
    {
      mistake: 'a tag is shown with how often it is used',
      edits: [
        {
          file: TAG_CONTROLLER,
          replace: 'return tag;',
          by: 'return Object.assign(tag, { uses: tag.articles.length });',
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'articles',
          at: [TAG_CONTROLLER, 'return Object.assign(tag, { uses: tag.articles.length });'],
        },
      ],
    },
    {
      mistake: 'after an update its article is asked',
      edits: [
        {
          file: COMMENT_CONTROLLER,
          replace: `edit(@ModelParam(Comment, 'commentId') comment: Comment, @Body() patch: CommentUpdate) {
    return this.comments.update(comment, patch);`,
          by: `async edit(@ModelParam(Comment, 'commentId') comment: Comment, @Body() patch: CommentUpdate) {
    const edited = await this.comments.update(comment, patch);
    if (!edited.article.isPublished) throw new Error('The article was withdrawn');
    return edited;`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'article',
          at: [COMMENT_CONTROLLER, "if (!edited.article.isPublished) throw new Error('The article was withdrawn');"],
        },
      ],
    },
    {
      mistake: 'a comment with answers is not to be removed',
      edits: [
        {
          file: COMMENT_CONTROLLER,
          replace: 'await this.comments.delete(comment);',
          by: `const mayGo = comment.answers.length === 0 || comment.parentId === null;
    if (mayGo) await this.comments.delete(comment);`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'answers',
          at: [COMMENT_CONTROLLER, 'const mayGo = comment.answers.length === 0 || comment.parentId === null;'],
        },
      ],
    },
    {
      mistake: 'the service of comments asks who wrote the article',
      edits: [
        {
          file: COMMENTS,
          replace: 'return this.comments.add({ ...comment, articleId });',
          by: `const isOwn = article.author.id === comment.authorId;
    return this.comments.add({ ...comment, body: isOwn ? \`(author) \${comment.body}\` : comment.body, articleId });`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'author',
          at: [COMMENTS, 'const isOwn = article.author.id === comment.authorId;'],
        },
      ],
    },
    {
      mistake: 'the first publication names the tags',
      edits: [
        {
          file: ARTICLES,
          replace: '    if (isFirstPublication) this.announceAfterCommit(article);',
          by: `    const names = isFirstPublication ? article.tags.map(({ name }) => name) : [];
    if (names.length > 0) this.announceAfterCommit(article);`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'tags',
          at: [ARTICLES, 'const names = isFirstPublication ? article.tags.map(({ name }) => name) : [];'],
        },
      ],
    },
  ],

  'blog-queries': [
    {
      mistake: 'isLoaded() is asked the wrong way round',
      edits: [
        {
          file: ARTICLES,
          replace:
            "import { InjectModelRepository, type ModelRepository, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';",
          by: "import { InjectModelRepository, isLoaded, type ModelRepository, Transactional, UnitOfWork } from 'nestjs-sqlmodel-ext';",
        },
        {
          file: ARTICLES,
          replace: '    const isFirstPublication = patch',
          by: `    if (!isLoaded(article, 'author') && article.author.name === 'Mara') throw new Error('Ask her');
    const isFirstPublication = patch`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'author',
          at: [
            ARTICLES,
            "if (!isLoaded(article, 'author') && article.author.name === 'Mara') throw new Error('Ask her');",
          ],
        },
      ],
    },
    {
      mistake: 'a list is sorted by a relation that is not in `load` any more',
      edits: [
        {
          file: ARTICLES,
          replace: 'list(request: ArticleListRequest) {',
          by: 'async list(request: ArticleListRequest) {',
        },
        {
          file: ARTICLES,
          replace: "return this.articles.getWithCount(where, { tableView: request, load: ['author', 'tags'] });",
          by: `const page = await this.articles.getWithCount(where, { tableView: request, load: ['tags'] });
    page.items.sort((one, other) => one.author.name.localeCompare(other.author.name));
    return page;`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'author',
          at: [ARTICLES, 'page.items.sort((one, other) => one.author.name.localeCompare(other.author.name));'],
        },
      ],
    },
    {
      mistake: 'a new article knows the id of its author only',
      edits: [
        {
          file: ARTICLES,
          replace: 'if (article.isPublished) this.announceAfterCommit(article);',
          by: `if (article.author.bio === null) console.log(\`\${article.title} is by a stranger\`);
    if (article.isPublished) this.announceAfterCommit(article);`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'author',
          at: [ARTICLES, 'if (article.author.bio === null) console.log(`${article.title} is by a stranger`);'],
        },
      ],
    },
    {
      mistake: 'the relation is read where its key would do',
      edits: [
        {
          file: COMMENTS,
          replace: "if (parent?.articleId !== articleId) throw new NotFoundException('Comment to answer not found');",
          by: "if (parent?.article.id !== articleId) throw new NotFoundException('Comment to answer not found');",
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'article',
          at: [
            COMMENTS,
            "if (parent?.article.id !== articleId) throw new NotFoundException('Comment to answer not found');",
          ],
        },
      ],
    },
    {
      mistake: 'the answers below comments lose their authors, which are read in a callback',
      edits: [
        {
          file: COMMENTS,
          replace: "{ fetch: 'all', order: { createdAt: 'ASC' }, load: ['author'] },",
          by: "{ fetch: 'all', order: { createdAt: 'ASC' } },",
        },
        {
          file: COMMENTS,
          replace: 'hangBelowParents([...threads.items, ...answers]);',
          by: `const named = answers.filter(({ author }) => author.name !== '');
    hangBelowParents([...threads.items, ...named]);`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'author',
          at: [COMMENTS, "const named = answers.filter(({ author }) => author.name !== '');"],
        },
      ],
    },
    {
      mistake: 'tags are chosen by what nobody loaded, behind the service of articles',
      edits: [
        {
          file: TAGS,
          replace: 'return [...known, ...made];',
          by: `const used = known.filter((tag) => tag.articles.length > 0);
    return [...used, ...made];`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'articles',
          at: [TAGS, 'const used = known.filter((tag) => tag.articles.length > 0);'],
        },
      ],
    },
    {
      mistake: 'a new user has no list of articles',
      edits: [
        {
          file: USERS,
          replace: 'return this.users.add({ ...user, passwordHash: await hashPassword(password) });',
          by: `const added = await this.users.add({ ...user, passwordHash: await hashPassword(password) });
    console.log(\`\${added.name} begins with \${added.articles.length} articles\`);
    return added;`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'articles',
          at: [USERS, 'console.log(`${added.name} begins with ${added.articles.length} articles`);'],
        },
      ],
    },
    {
      mistake: 'each tag of a page is counted at once',
      edits: [
        { file: TAGS, replace: 'list(view: TableViewRequest) {', by: 'async list(view: TableViewRequest) {' },
        {
          file: TAGS,
          replace: 'return this.tags.getWithCount({}, { tableView: view });',
          by: `const { count, items } = await this.tags.getWithCount({}, { tableView: view });
    const uses = await Promise.all(items.map(async (tag) => tag.articles.length));
    return { count: count + uses.length * 0, items };`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'articles',
          at: [TAGS, 'const uses = await Promise.all(items.map(async (tag) => tag.articles.length));'],
        },
      ],
    },
    {
      mistake: 'the articles of every user are walked through',
      edits: [
        { file: USERS, replace: 'list(view: TableViewRequest) {', by: 'async list(view: TableViewRequest) {' },
        {
          file: USERS,
          replace: 'return this.users.getWithCount({}, { tableView: view });',
          by: `const page = await this.users.getWithCount({}, { tableView: view });
    let drafts = 0;
    for (const user of page.items) {
      for (const article of user.articles) if (!article.isPublished) drafts++;
    }
    console.log(\`\${drafts} drafts\`);
    return page;`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'articles',
          at: [USERS, 'for (const article of user.articles) if (!article.isPublished) drafts++;'],
        },
      ],
    },
  ],

  'blog-ways': [
    {
      mistake: 'a join that only filters loads nothing',
      edits: [
        {
          file: ARTICLES,
          replace: '  async remove(article: Article) {',
          by: `  async tagged(name: string) {
    const articles = await this.articles.typeorm
      .createQueryBuilder('article')
      .leftJoin('article.tags', 'tag')
      .where('tag.name = :name', { name })
      .getMany();
    return articles.flatMap((article) => article.tags.map((tag) => tag.name));
  }

  async remove(article: Article) {`,
        },
        {
          file: ARTICLE_CONTROLLER,
          replace: "  @Put(':articleId/tags')",
          by: `  @Get('tagged/:name')
  beside(@Param('name') name: string) {
    return this.service.tagged(name);
  }

  @Put(':articleId/tags')`,
        },
        { file: ARTICLE_CONTROLLER, replace: 'HttpCode, Patch,', by: 'HttpCode, Param, Patch,' },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'tags',
          at: [ARTICLES, 'return articles.flatMap((article) => article.tags.map((tag) => tag.name));'],
        },
      ],
    },
    {
      mistake: 'comments are loaded, those who wrote them are not',
      edits: [
        {
          file: ARTICLE_CONTROLLER,
          replace: "discussion(@ModelParam(Article, 'articleId') article: Article) {",
          by: `discussion(@ModelParam(Article, 'articleId', { load: ['comments'] }) article: Article) {
    const names = article.comments.map((comment) => comment.author.name);
    if (new Set(names).size === 1) throw new Error('A monologue');`,
        },
      ],
      found: [
        {
          rule: 'RLC005',
          word: 'author',
          at: [ARTICLE_CONTROLLER, 'const names = article.comments.map((comment) => comment.author.name);'],
        },
      ],
    },
    {
      mistake: 'a method forgets to say that it needs the author',
      edits: [{ file: ANNOUNCER, replace: "  @RequiresRelations('author')\n", by: '' }],
      found: [
        {
          rule: 'RLC003',
          word: 'author',
          at: [ANNOUNCER, 'this.logger.log(`${article.author.name} has published: ${article.title}`);'],
        },
        {
          rule: 'RLC005',
          word: 'author',
          at: [ANNOUNCER, 'this.logger.log(`${article.author.name} has published: ${article.title}`);'],
        },
      ],
    },
    {
      mistake: 'the lists of answers are not made before they are filled',
      edits: [{ file: COMMENTS, replace: '  for (const comment of comments) comment.answers = [];\n', by: '' }],
      found: [
        {
          rule: 'RLC003',
          word: 'answers',
          at: [COMMENTS, 'if (comment.parentId) byId.get(comment.parentId)?.answers.push(comment);'],
        },
      ],
    },
    {
      mistake: 'the first of a list, with a relation of it',
      edits: [
        {
          file: USERS,
          replace: '  async create({',
          by: `  async newcomer() {
    const [latest] = await this.users.get({}, { fetch: 'all', order: { createdAt: 'DESC' } });
    return { name: latest.name, first: latest.articles[0]?.title };
  }

  async create({`,
        },
        {
          file: USER_CONTROLLER,
          replace: "  @Get(':userId')",
          by: `  @Get('newcomer')
  newcomer() {
    return this.service.newcomer();
  }

  @Get(':userId')`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'articles',
          at: [USERS, 'return { name: latest.name, first: latest.articles[0]?.title };'],
        },
      ],
    },
    {
      mistake: "TypeORM's repository, with one relation of two",
      edits: [
        {
          file: TAGS,
          replace: '  create({ name }: TagCreate) {',
          by: `  async names(id: number) {
    const tag = await this.tags.typeorm.findOneOrFail({ where: { id }, relations: { articles: true } });
    return tag.articles.map(({ author, title }) => \`\${author.name}: \${title}\`);
  }

  create({ name }: TagCreate) {`,
        },
        {
          file: TAG_CONTROLLER,
          replace: "  @Get(':tagId')",
          by: `  @Get(':tagId/names')
  names(@ModelParam(Tag, 'tagId') tag: Tag) {
    return this.service.names(tag.id);
  }

  @Get(':tagId')`,
        },
      ],
      found: [
        {
          rule: 'RLC003',
          word: 'author',
          at: [TAGS, 'return tag.articles.map(({ author, title }) => `${author.name}: ${title}`);'],
        },
      ],
    },
  ],

  'blog-writes': [
    {
      mistake: 'an article that gets another author shows the old one no more',
      edits: [
        {
          file: ARTICLE_CONTROLLER,
          replace: "edit(@ModelParam(Article, 'articleId') article: Article, @Body() patch: ArticleUpdate) {",
          by: "edit(@ModelParam(Article, 'articleId', { load: ['author'] }) article: Article, @Body() patch: ArticleUpdate) {",
        },
        {
          file: ARTICLES,
          replace: 'extra: isFirstPublication ? { publishedAt: new Date() } : {},\n    });',
          by: `extra: { publishedAt: new Date(), authorId: '00000000-0000-4000-8000-000000000001' },
    });
    if (article.author.bio === null) return article;`,
        },
      ],
      found: [{ rule: 'RLC002', word: 'author', at: [ARTICLES, 'if (article.author.bio === null) return article;'] }],
    },
    {
      mistake: 'articles move to another author in a loop',
      edits: [
        {
          file: ARTICLES,
          replace: '  async remove(article: Article) {',
          by: `  async move(from: string, authorId: string) {
    const articles = await this.articles.get({ authorId: from }, { fetch: 'all', load: ['author'] });
    const names: string[] = [];
    for (const article of articles) {
      article.authorId = authorId;
      await this.articles.save(article);
      names.push(article.author.name);
    }
    return names;
  }

  async remove(article: Article) {`,
        },
        {
          file: ARTICLE_CONTROLLER,
          replace: "  @Put(':articleId/tags')",
          by: `  @Post('moves/:from/:to')
  move(@Param('from') from: string, @Param('to') to: string) {
    return this.service.move(from, to);
  }

  @Put(':articleId/tags')`,
        },
        { file: ARTICLE_CONTROLLER, replace: 'HttpCode, Patch,', by: 'HttpCode, Param, Patch,' },
      ],
      found: [{ rule: 'RLC002', word: 'author', at: [ARTICLES, 'names.push(article.author.name);'] }],
    },
    {
      mistake: 'a comment is emptied after it was deleted',
      edits: [
        {
          file: COMMENT_CONTROLLER,
          replace: 'await this.comments.delete(comment);',
          by: `await this.comments.delete(comment);
    await this.comments.update(comment, { body: 'withdrawn' });`,
        },
      ],
      found: [
        {
          rule: 'RLC010',
          word: 'Comment',
          at: [COMMENT_CONTROLLER, "await this.comments.update(comment, { body: 'withdrawn' });"],
        },
      ],
    },
    {
      mistake: 'an article is cited after it was deleted',
      edits: [
        {
          file: ARTICLES,
          replace: '    await this.articles.delete(article);',
          by: `    await this.articles.delete(article);
    console.log(\`Gone: \${await article.citation()}\`);`,
        },
      ],
      found: [
        { rule: 'RLC008', word: 'citation', at: [ARTICLES, 'console.log(`Gone: ${await article.citation()}`);'] },
      ],
    },
    {
      mistake: 'a condition asks for articles that nobody loaded',
      edits: [
        {
          file: USER_CONTROLLER,
          replace: 'return this.users.update(user, patch);',
          by: 'return user.articles ? this.users.update(user, patch) : user;',
        },
      ],
      found: [
        {
          rule: 'RLC011',
          word: 'articles',
          at: [USER_CONTROLLER, 'return user.articles ? this.users.update(user, patch) : user;'],
        },
      ],
    },
    {
      mistake: 'TypeORM takes the id off what it removes',
      edits: [
        {
          file: USER_CONTROLLER,
          replace: 'await this.users.delete(user);',
          by: `await this.users.typeorm.remove(user);
    console.log(\`User \${user.id} is gone\`);`,
        },
      ],
      found: [{ rule: 'RLC007', word: 'id', at: [USER_CONTROLLER, 'console.log(`User ${user.id} is gone`);'] }],
    },
    {
      mistake: 'a condition asks for the parent, not for its key',
      edits: [
        {
          file: COMMENTS,
          replace: 'return this.comments.add({ ...comment, articleId });',
          by: `const added = await this.comments.add({ ...comment, articleId });
    if (!added.parent) console.log('A new thread');
    return added;`,
        },
      ],
      found: [{ rule: 'RLC011', word: 'parent', at: [COMMENTS, "if (!added.parent) console.log('A new thread');"] }],
    },
    {
      mistake: 'a tag is changed after it was deleted',
      edits: [
        {
          file: TAGS,
          replace: '  create({ name }: TagCreate) {',
          by: `  async renew(tag: Tag) {
    await this.tags.delete(tag);
    return this.tags.update(tag, { name: 'old' });
  }

  create({ name }: TagCreate) {`,
        },
        {
          file: TAG_CONTROLLER,
          replace: "  @Get(':tagId')",
          by: `  @Post(':tagId/renewal')
  renew(@ModelParam(Tag, 'tagId') tag: Tag) {
    return this.service.renew(tag);
  }

  @Get(':tagId')`,
        },
      ],
      found: [{ rule: 'RLC010', word: 'Tag', at: [TAGS, "return this.tags.update(tag, { name: 'old' });"] }],
    },
  ],

  'blog-answers': [
    {
      mistake: 'answers load nothing any more, and the handlers still rely on it',
      edits: [
        { file: 'app.module.ts', replace: "relations: { strict: 'throw' },", by: "relations: { responses: 'throw' }," },
      ],
      found: [
        { rule: 'RLC001', word: 'author', at: [ARTICLE_CONTROLLER, 'return this.service.create(article);'] },
        { rule: 'RLC005', word: 'author', at: [ARTICLE_CONTROLLER, 'return this.service.edit(article, patch);'] },
        { rule: 'RLC005', word: 'tags', at: [ARTICLE_CONTROLLER, 'return this.service.edit(article, patch);'] },
        { rule: 'RLC005', word: 'author', at: [ARTICLE_CONTROLLER, 'return this.service.tag(article, tags);'] },
        { rule: 'RLC001', word: 'author', at: [COMMENT_CONTROLLER, 'return this.service.create(article, comment);'] },
        { rule: 'RLC005', word: 'author', at: [COMMENT_CONTROLLER, 'return this.comments.update(comment, patch);'] },
      ],
    },
    {
      mistake: 'and the handlers that only pass on what the path names',
      edits: [
        {
          file: ARTICLE_CONTROLLER,
          replace: `read(@ModelParam(Article, 'articleId') article: Article) {
    return article;`,
          by: `read(@ModelParam(Article, 'articleId', { load: ['author'] }) article: Article) {
    return article; // read`,
        },
        {
          file: ARTICLE_CONTROLLER,
          replace: `discussion(@ModelParam(Article, 'articleId') article: Article) {
    return article;`,
          by: `discussion(@ModelParam(Article, 'articleId', { load: ['author', 'tags', 'comments'] }) article: Article) {
    return article; // discussion`,
        },
      ],
      found: [
        { rule: 'RLC005', word: 'tags', at: [ARTICLE_CONTROLLER, 'return article; // read'] },
        { rule: 'RLC005', word: 'author', at: [ARTICLE_CONTROLLER, 'return article; // discussion'] },
      ],
    },
    {
      mistake: 'a list without its tags',
      edits: [{ file: ARTICLES, replace: "load: ['author', 'tags'] });", by: "load: ['author'] });" }],
      found: [{ rule: 'RLC001', word: 'tags', at: [ARTICLE_CONTROLLER, 'return this.service.list(request);'] }],
    },
    {
      mistake: 'threads without their authors',
      edits: [{ file: COMMENTS, replace: "{ tableView: view, load: ['author'] },", by: '{ tableView: view },' }],
      found: [
        { rule: 'RLC001', word: 'author', at: [COMMENT_CONTROLLER, 'return this.service.threads(article, view);'] },
      ],
    },
  ],

  'blog-shapes': [
    {
      mistake: 'the author in an answer is an interface, of which there is nothing at run time',
      edits: [
        {
          file: 'articles/article-response.ts',
          replace: `  @Nested(() => UserResponse)
  author: UserResponse;`,
          by: `  @ApiProperty()
  author: AuthorView;`,
        },
        {
          file: ARTICLE_CONTROLLER,
          replace: "read(@ModelParam(Article, 'articleId') article: Article) {\n    return article;",
          by: "read(@ModelParam(Article, 'articleId') article: Article) {\n    return article; // read",
        },
        {
          file: ARTICLE_CONTROLLER,
          replace: "discussion(@ModelParam(Article, 'articleId') article: Article) {\n    return article;",
          by: "discussion(@ModelParam(Article, 'articleId') article: Article) {\n    return article; // discussion",
        },
        {
          file: 'articles/article-response.ts',
          replace: "import { UserResponse } from '../users/user-response.js';",
          by: `import { ApiProperty } from '@nestjs/swagger';

interface AuthorView {
  name: string;
}`,
        },
      ],
      // Wherever the article is the answer, on its own or in a page.
      found: [
        'return this.service.list(request);',
        'return this.service.create(article);',
        'return article; // read',
        'return article; // discussion',
        'return this.service.edit(article, patch);',
        'return this.service.tag(article, tags);',
      ].map((line) => ({ rule: 'RLC009', word: 'author', at: [ARTICLE_CONTROLLER, line] })),
    },
  ],

  'blog-tables': [
    {
      mistake: 'the comments of an article are found without an index',
      edits: [
        {
          file: 'comments/comment.ts',
          replace: '  @Uuid({ index: true })\n  articleId: string;',
          by: '  @Uuid()\n  articleId: string;',
        },
      ],
      found: [{ rule: 'SCH002', word: 'articleId', at: 'Comment.article' }],
    },
    {
      mistake: 'a key that must not be null is to be set to null',
      edits: [
        {
          file: 'articles/article.ts',
          replace: "(user) => user.articles, { onDelete: 'RESTRICT' })",
          by: "(user) => user.articles, { onDelete: 'SET NULL' })",
        },
      ],
      found: [{ rule: 'SCH001', word: 'authorId', at: 'Article.author' }],
    },
    {
      mistake: 'removing an article removes the tags of all others',
      edits: [
        {
          file: 'articles/article.ts',
          replace: '@ManyToMany(() => Tag, (tag) => tag.articles)',
          by: '@ManyToMany(() => Tag, (tag) => tag.articles, { cascade: true })',
        },
      ],
      found: [{ rule: 'SCH001', word: 'tags', at: 'Article.tags' }],
    },
  ],
};
