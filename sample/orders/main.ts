import { Logger } from '@nestjs/common';
import { createApp } from './app.js';

const port = process.env.PORT ?? 3000;
const app = await createApp();
app.enableShutdownHooks();
await app.listen(port);
new Logger('Orders').log(`The shop is at http://localhost:${port}, its Swagger UI at http://localhost:${port}/docs`);
