import { Logger } from '@nestjs/common';
import { createApp } from './app.js';

const app = await createApp();
app.enableShutdownHooks();
await app.listen(process.env.PORT ?? 3000);
new Logger('Blog').log(`The blog is at ${await app.getUrl()}, its Swagger UI at ${await app.getUrl()}/docs`);
